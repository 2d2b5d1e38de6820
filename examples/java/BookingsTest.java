// Run with `java BookingsTest.java` beside a mock, whose address is in IMIN_MOCK_URL. It needs a JDK, 17 or newer, and nothing else.

import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** Three tests of an application that shows and cancels bookings. docs/howto/other-languages.md has them for JUnit. */
class BookingsTest {
    static final String CONFIRMED = "https://openactive.io/OrderItemConfirmed";
    static final String PENDING = "https://imin.co/CustomerCancellationPending";
    static final String CANCELLED = "https://openactive.io/CustomerCancelled";
    static final String REFUNDED = "\"amount\":\"([^\"]*)\",\"currency\":\"[A-Z]*\"\\},\"parts\""; // the whole refund's, not that of a part

    void isPendingAfterThe204ThenCancelledAndItsPriceComesBack() throws Exception {
        try (var world = new World("happy-path")) {
            var bookings = new Bookings(world.baseUrl(), world.key());
            var booking = bookings.upcoming("asha").get(0);
            expect(booking.status(), CONFIRMED);
            expect(booking.mayCancel(), true);

            expect(bookings.cancel(booking), Optional.empty());
            var asked = bookings.upcoming("asha").get(0);
            expect(asked.status(), PENDING);
            expect(asked.mayCancel(), false);

            world.advance("{\"until_quiet\": true}");
            expect(bookings.upcoming("asha").get(0).status(), CANCELLED);
            expect(Json.all(world.look("refunds"), REFUNDED), List.of("6.50"));
            expect(Json.all(world.look("emails"), "\"to\":\"([^\"]*)\""), List.of("asha@example.com"));
        }
    }

    void cannotBeCancelledOnceItsWindowIsClosedAndTheCustomerIsToldWhy() throws Exception {
        try (var world = new World("happy-path")) {
            var bookings = new Bookings(world.baseUrl(), world.key());
            var seen = bookings.upcoming("asha").get(0);
            world.advance("{\"by\": \"P2D\"}");
            expect(bookings.cancel(seen).orElse("").contains("less than 1 day"), true);
            expect(bookings.upcoming("asha").get(0).mayCancel(), false);
        }
    }

    void isConfirmedAgainWhereTheVenueRefusesAfterThe204() throws Exception {
        try (var world = new World("booking-system-refuses-late")) {
            var bookings = new Bookings(world.baseUrl(), world.key());
            var booking = bookings.upcoming("asha").stream().filter(each -> each.item().equals("seat-2")).findFirst().orElseThrow();
            expect(bookings.cancel(booking), Optional.empty());
            world.advance("{\"until_quiet\": true}");
            var after = bookings.upcoming("asha").stream().filter(each -> each.item().equals("seat-2")).findFirst().orElseThrow();
            expect(after.status(), CONFIRMED);
            expect(Json.all(world.look("refunds"), REFUNDED), List.of());
        }
    }

    static void expect(Object found, Object wanted) {
        if (!found.equals(wanted)) throw new AssertionError("expected " + wanted + ", found " + found);
    }

    public static void main(String[] arguments) throws Exception {
        var tests = new BookingsTest();
        tests.isPendingAfterThe204ThenCancelledAndItsPriceComesBack();
        tests.cannotBeCancelledOnceItsWindowIsClosedAndTheCustomerIsToldWhy();
        tests.isConfirmedAgainWhereTheVenueRefusesAfterThe204();
        System.out.println("3 tests passed");
    }
}

/** One booking as the application shows it. */
record Booking(String order, String item, String url, String status, boolean mayCancel) {}

/** A customer's bookings at imin: the part of an application that is under test. It knows a base URL and a key, and no mock. */
class Bookings {
    private final HttpClient http = HttpClient.newHttpClient();
    private final String baseUrl;
    private final String key;

    Bookings(String baseUrl, String key) {
        this.baseUrl = baseUrl;
        this.key = key;
    }

    /** What the customer will attend, earliest first. */
    List<Booking> upcoming(String customer) throws Exception {
        var page = ask("GET", "/order-items?customerIdentifier=" + URLEncoder.encode(customer, StandardCharsets.UTF_8), "").body();
        var items = Pattern.compile("\"id\":\"([^\"]*/orders/([^/\"]*)/order-items/[^\"]*)\",\"identifier\":\"([^\"]*)\"");
        var statuses = Json.all(page, "\"orderItemStatus\":\"([^\"]*)\"");
        var cancellable = Json.all(page, "\"imin:isPresentlyCancellable\":(true|false)");
        var found = items.matcher(page).results().toList();
        return java.util.stream.IntStream.range(0, found.size()).mapToObj(nth -> {
            MatchResult item = found.get(nth);
            return new Booking(item.group(2), item.group(3), item.group(1), statuses.get(nth), cancellable.get(nth).equals("true"));
        }).toList();
    }

    /** Ask to cancel: the reason of a refusal, or nothing. A 204 says that the request was passed on, not that anything is cancelled. */
    Optional<String> cancel(Booking booking) throws Exception {
        var answer = ask("PATCH", "/orders/" + booking.order(), """
            {"type": "Order", "orderedItem": [
              {"type": "OrderItem", "id": "%s", "orderItemStatus": "https://openactive.io/CustomerCancelled"}
            ]}""".formatted(booking.url()));
        if (answer.statusCode() == 204) return Optional.empty();
        return Json.all(answer.body(), "\"description\":\"([^\"]*)\"").stream().findFirst();
    }

    private HttpResponse<String> ask(String method, String path, String body) throws Exception {
        var request = HttpRequest.newBuilder(URI.create(baseUrl + path)).header("X-API-KEY", key);
        if (!body.isEmpty()) request.header("Content-Type", "application/json");
        var answer = http.send(request.method(method, HttpRequest.BodyPublishers.ofString(body)).build(), HttpResponse.BodyHandlers.ofString());
        // Whatever imin could never have answered is marked: our own mistake, and no test may pass on it.
        var fault = answer.headers().firstValue("X-Imin-Mock-Fault");
        if (fault.isPresent()) throw new IllegalStateException(method + " " + path + ": " + fault.get() + ": " + answer.body());
        return answer;
    }
}

/** A world of a scenario for one test, forgotten when it is closed: the application knows imin's API of it, and never /__admin. */
class World implements AutoCloseable {
    private static final String MOCK = Optional.ofNullable(System.getenv("IMIN_MOCK_URL")).orElse("http://127.0.0.1:4646");
    private final HttpClient http = HttpClient.newHttpClient();
    private final String key;

    World(String scenario) throws Exception {
        key = scenario + "@java-" + UUID.randomUUID(); // a label of our own: whatever runs beside this test has other worlds
        control("POST", "/__admin/worlds", "{\"key\": \"" + key + "\"}");
    }

    String baseUrl() {
        return MOCK + "/api/v2";
    }

    String key() {
        return key;
    }

    /** Move the clock: {"by": "PT5M"}, {"to": "2030-06-04T09:00:00Z"}, {"to_next": true} or {"until_quiet": true}. */
    void advance(String how) throws Exception {
        control("POST", "/__admin/worlds/" + key + "/clock/advance", how);
    }

    /** What happened, as "refunds", "emails", "timeline", "orders" or "exchanges". */
    String look(String what) throws Exception {
        return control("GET", "/__admin/worlds/" + key + "/" + what, "");
    }

    @Override
    public void close() throws Exception {
        control("DELETE", "/__admin/worlds/" + key, "");
    }

    private String control(String method, String path, String body) throws Exception {
        var request = HttpRequest.newBuilder(URI.create(MOCK + path)).header("Content-Type", "application/json");
        var answer = http.send(request.method(method, HttpRequest.BodyPublishers.ofString(body)).build(), HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() >= 300) throw new IllegalStateException(method + " " + path + ": " + answer.body());
        return answer.body();
    }
}

/** As much of JSON as these tests need, so that they need no library; an application has one. */
class Json {
    static List<String> all(String text, String pattern) {
        return Pattern.compile(pattern).matcher(text).results().map(found -> found.group(1)).toList();
    }
}
