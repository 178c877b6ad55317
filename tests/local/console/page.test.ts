// Both rooms of the page, in one browser.
import "./page/two-peers.ts";
import "./page/subscription-room.ts";
