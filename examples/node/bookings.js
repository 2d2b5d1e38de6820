// A customer's bookings at imin: the part of an application that is under test. It knows a base URL and a key, and no mock.

export class Bookings {
  constructor({ baseUrl, key }) {
    this.baseUrl = baseUrl;
    this.key = key;
  }

  /** What the customer will attend, earliest first. */
  async upcoming(customer) {
    const query = new URLSearchParams({ customerIdentifier: customer });
    const answer = await this.#ask("GET", `/order-items?${query}`);
    const page = await answer.json();
    return (page["imin:item"] ?? []).map((item) => ({
      order: item["imin:order"].identifier,
      item: item.identifier,
      url: item.id,
      status: item.orderItemStatus,
      mayCancel: item["imin:isPresentlyCancellable"],
    }));
  }

  /** Ask to cancel. A 204 says that the request was passed on, not that anything is cancelled. */
  async cancel(booking) {
    const answer = await this.#ask("PATCH", `/orders/${booking.order}`, {
      type: "Order",
      orderedItem: [
        { type: "OrderItem", id: booking.url, orderItemStatus: "https://openactive.io/CustomerCancelled" },
      ],
    });
    if (answer.status === 204) return { accepted: true };
    const refusal = await answer.json();
    return { accepted: false, why: refusal.description };
  }

  async #ask(method, path, body) {
    const answer = await fetch(this.baseUrl + path, {
      method,
      headers: { "X-API-KEY": this.key, ...(body && { "Content-Type": "application/json" }) },
      body: body && JSON.stringify(body),
    });
    // Whatever imin could never have answered is marked: our own mistake, and no test may pass on it.
    const fault = answer.headers.get("X-Imin-Mock-Fault");
    if (fault) throw new Error(`${method} ${path}: ${fault}: ${await answer.text()}`);
    return answer;
  }
}
