// The mock in a container of its own, from Node: `npm install --save-dev testcontainers`, and an image that is called imin-mock.

import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, it } from "node:test";

import { GenericContainer, Wait } from "testcontainers";

const PORT = 4646;
let container;
let mock;

// One is enough for all tests: each has a world of its own.
before(async () => {
  container = await new GenericContainer("imin-mock")
    .withExposedPorts(PORT)
    .withWaitStrategy(Wait.forHttp("/__admin/health", PORT))
    .start();
  mock = `http://${container.getHost()}:${container.getMappedPort(PORT)}`;
});

after(() => container?.stop());

it("may be cancelled by Asha", async () => {
  const headers = { "X-API-KEY": `happy-path@${randomUUID()}` };
  const listed = await fetch(`${mock}/api/v2/order-items?customerIdentifier=asha`, { headers });
  const [item] = (await listed.json())["imin:item"];
  assert.equal(item["imin:isPresentlyCancellable"], true);
});
