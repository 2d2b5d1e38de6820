// A world of a scenario for one test, over two addresses: imin's API, which the application knows, and /__admin, which it does not.

import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";

const MOCK = (process.env.IMIN_MOCK_URL ?? "http://127.0.0.1:4646").replace(/\/$/, "");

/**
 * A fresh world, forgotten when the test `t` is over. What follows the @ of its key is a label of our own: whatever runs beside
 * this test, in this process or in another, has other worlds.
 */
export async function rehearse(t, scenario, choices = {}) {
  const key = `${scenario}@node-${randomUUID()}`;
  await control("POST", "/__admin/worlds", { key, ...choices });
  const world = `/__admin/worlds/${key}`;
  t.after(() => control("DELETE", world));
  return {
    baseUrl: `${MOCK}/api/v2`,
    key,
    /** Move the clock: { by: "PT5M" }, { to: "2030-06-04T09:00:00Z" }, { to_next: true } or { until_quiet: true }. */
    advance: (how) => control("POST", `${world}/clock/advance`, how),
    /** What happened, as "refunds", "emails", "timeline", "orders" or "exchanges". */
    look: (what) => control("GET", `${world}/${what}`),
    /** A Seller does something inside the Booking System. */
    act: (action) => control("POST", `${world}/actions`, action),
  };
}

async function control(method, path, body) {
  const response = await fetch(MOCK + path, {
    method,
    headers: body === undefined ? {} : { "Content-Type": "application/json" },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const text = await response.text();
  assert.ok(response.ok, `${method} ${path}: ${response.status} ${text}`);
  return text ? JSON.parse(text) : undefined;
}
