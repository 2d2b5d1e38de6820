// Run with `npm test` beside a mock, whose address is in IMIN_MOCK_URL. The tests run at once and do not meet.

import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { Bookings } from "./bookings.js";
import { rehearse } from "./rehearsal.js";

const CONFIRMED = "https://openactive.io/OrderItemConfirmed";
const PENDING = "https://imin.co/CustomerCancellationPending";
const CANCELLED = "https://openactive.io/CustomerCancelled";

describe("a booking", { concurrency: true }, () => {
  it("is pending after the 204, then cancelled, and its price comes back", async (t) => {
    const world = await rehearse(t, "happy-path");
    const bookings = new Bookings(world);
    const [booking] = await bookings.upcoming("asha");
    assert.equal(booking.status, CONFIRMED);
    assert.equal(booking.mayCancel, true);

    assert.deepEqual(await bookings.cancel(booking), { accepted: true });
    const [asked] = await bookings.upcoming("asha");
    assert.equal(asked.status, PENDING);
    assert.equal(asked.mayCancel, false);

    await world.advance({ until_quiet: true });
    const [after] = await bookings.upcoming("asha");
    assert.equal(after.status, CANCELLED);
    const { refunds } = await world.look("refunds");
    assert.deepEqual(refunds.map(({ amount, status }) => [amount, status]), [[{ amount: "6.50", currency: "GBP" }, "completed"]]);
    const { emails } = await world.look("emails");
    assert.deepEqual(emails.map(({ kind, to }) => [kind, to]), [["cancellation-confirmation", "asha@example.com"]]);
  });

  it("cannot be cancelled once its window is closed, and the customer is told why", async (t) => {
    const world = await rehearse(t, "happy-path");
    const bookings = new Bookings(world);
    const [seen] = await bookings.upcoming("asha");
    await world.advance({ by: "P2D" });
    const answer = await bookings.cancel(seen);
    assert.equal(answer.accepted, false);
    assert.match(answer.why, /less than 1 day/);
    const [booking] = await bookings.upcoming("asha");
    assert.equal(booking.mayCancel, false);
  });

  it("is confirmed again where the venue refuses after the 204", async (t) => {
    const world = await rehearse(t, "booking-system-refuses-late");
    const bookings = new Bookings(world);
    const booking = (await bookings.upcoming("asha")).find(({ item }) => item === "seat-2");
    assert.deepEqual(await bookings.cancel(booking), { accepted: true });
    await world.advance({ until_quiet: true });
    const after = (await bookings.upcoming("asha")).find(({ item }) => item === "seat-2");
    assert.equal(after.status, CONFIRMED);
    assert.deepEqual((await world.look("refunds")).refunds, []);
  });
});
