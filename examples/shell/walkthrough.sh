#!/bin/sh
# A cancellation from the first list to the refund and the mail, with curl alone:
#
#     IMIN_MOCK_URL=http://127.0.0.1:4646 sh walkthrough.sh
#
# It has a world of its own, and ends with a code other than 0 at the first thing that is not as it should be.
set -eu

mock=${IMIN_MOCK_URL:-http://127.0.0.1:4646}
key=happy-path@walkthrough-$$
world=$mock/__admin/worlds/$key

# Call METHOD URL [JSON]: the body of the answer. An answer of 400 or more ends the script, with what it says.
call() {
    if [ $# -gt 2 ]; then
        set -- "$1" "$2" --header 'Content-Type: application/json' --data "$3"
    fi
    method=$1 url=$2
    shift 2
    curl --silent --show-error --fail-with-body --header "X-API-KEY: $key" --request "$method" "$@" "$url"
}

# The value of the first NAME in a JSON text.
value() {
    grep -o "\"$1\":\"\{0,1\}[^\",{}]\{1,\}" | head -n 1 | sed "s/^\"$1\"://; s/^\"//"
}

expect() {
    if [ "$2" != "$3" ]; then
        printf '  SURPRISE: %s is %s, not %s\n' "$1" "${3:-missing}" "$2" >&2
        exit 1
    fi
    printf '  %s: %s\n' "$1" "$3"
}

look() {
    list=$(call GET "$mock/api/v2/order-items?customerIdentifier=asha")
    expect 'her booking' "$1" "$(printf %s "$list" | value orderItemStatus)"
    expect 'she may cancel it' "$2" "$(printf %s "$list" | value imin:isPresentlyCancellable)"
}

echo "A world of its own: $key"
call POST "$mock/__admin/worlds" "{\"key\": \"$key\"}" >/dev/null
trap 'call DELETE "$world"' EXIT

echo 'Asha looks at her bookings.'
look https://openactive.io/OrderItemConfirmed true
item=$(printf %s "$list" | grep -o '"id":"[^"]*/order-items/[^"]*"' | head -n 1 | cut -d '"' -f 4)
order=${item%/order-items/*}
order=${order##*/}

echo 'She cancels. The 204 only says that the request was passed on.'
body="{\"orderIdentifier\": \"$order\", \"orderItemIdentifier\": \"${item##*/}\"}"
status=$(curl --silent --show-error --output /dev/null --write-out '%{http_code}' --request PATCH \
    --header "X-API-KEY: $key" --header 'Content-Type: application/json' --data "$body" "$mock/api/v2/orders/$order")
expect 'the answer' 204 "$status"
look https://imin.co/CustomerCancellationPending false

echo 'The clock moves until nothing more happens by itself:'
call POST "$world/clock/advance" '{"until_quiet": true}' | grep -o '"says":"[^"]*' | sed 's/^"says":"/  - /'

echo 'Asha looks again.'
look https://openactive.io/CustomerCancelled false

echo 'The money and the mail:'
refunds=$(call GET "$world/refunds")
expect 'refunded' '6.50 GBP' "$(printf %s "$refunds" | value amount) $(printf %s "$refunds" | value currency)"
expect 'the refund is' completed "$(printf %s "$refunds" | value status)"
emails=$(call GET "$world/emails")
expect 'the mail' cancellation-confirmation "$(printf %s "$emails" | value kind)"
expect 'it went to' asha@example.com "$(printf %s "$emails" | value to)"
