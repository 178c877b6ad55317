// Journeys that leave the program as they found it share one, since starting it takes as long as most of them.
import "./on-one-program/bad-input.ts";
// Before there are others whose frames wait: it counts every call.
import "./on-one-program/call-cost.ts";
import "./on-one-program/absence.ts";
import "./on-one-program/npm-client.ts";
import "./on-one-program/readme-example.ts";
import "./on-one-program/topics-contract.ts";
import "./on-one-program/whose-channel.ts";
import "./on-one-program/order.ts";
import "./on-one-program/topics.ts";
import "./on-one-program/kvs-example.ts";
import "./on-one-program/openapi-examples.ts";
import "./on-one-program/who-may-call.ts";
import "./on-one-program/webhook-calls.ts";
import "./on-one-program/vanish-example.ts";
import "./on-one-program/load-calls.ts";
import "./on-one-program/traced-ways.ts";
import "./on-one-program/refused-at-the-edge.ts";
import "./on-one-program/hostile-connects.ts";
import "./on-one-program/faults.ts";
import "./on-one-program/vanished.ts";
import "./on-one-program/half-open.ts";
import "./on-one-program/quiet-peers.ts";
import "./on-one-program/thirty-days.ts";
