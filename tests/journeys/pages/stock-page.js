import { Calls } from "./calls.js";
import { kvsClient } from "./kvs-client.js";
import { obtainUrl } from "./obtain-url.js";

// A page with the unmodified KVS client, connected as its README does it.

window.offers = 0;
window.closes = 0;
window.opens = 0;

/** A silent page takes offers and does not answer. */
window.join = async (user, channel, role, { silent = false, reconnects = false } = {}) => {
  const clientId = role === "MASTER" ? undefined : user;
  const client = kvsClient(() => obtainUrl(user, channel, role, clientId), role, clientId);
  window.calls = new Calls((action, payload, other) => {
    const recipient = role === "MASTER" ? other : undefined;
    if (action === "SDP_OFFER") client.sendSdpOffer(payload, recipient);
    else if (action === "SDP_ANSWER") client.sendSdpAnswer(payload, recipient);
    else client.sendIceCandidate(payload, recipient);
  });
  const accept = (action) => (payload, from) => window.calls.accept(action, payload, from ?? "MASTER");
  client.on("sdpOffer", (payload, from) => {
    window.offers += 1;
    if (!silent) accept("SDP_OFFER")(payload, from);
  });
  client.on("sdpAnswer", accept("SDP_ANSWER"));
  client.on("iceCandidate", accept("ICE_CANDIDATE"));
  client.on("close", () => {
    window.closes += 1;
    if (reconnects) client.open();
  });
  client.on("error", () => {});
  const opened = new Promise((resolve) => client.once("open", resolve));
  client.on("open", () => {
    window.opens += 1;
  });
  client.open();
  await opened;
};
