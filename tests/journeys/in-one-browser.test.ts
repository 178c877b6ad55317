// Journeys of pages that speak through the same program, in one browser.
import "./in-one-browser/two-peers-connect.ts";
import "./in-one-browser/ghost.ts";
import "./in-one-browser/hand-over.ts";
import "./in-one-browser/mesh.ts";
import "./in-one-browser/refresh.ts";
import "./in-one-browser/simple-peer.ts";
import "./in-one-browser/sleep.ts";
import "./in-one-browser/two-tabs.ts";
import "./in-one-browser/y-webrtc.ts";
// Last, since then it is 39 days later.
import "./in-one-browser/checkout-to-connected.ts";
