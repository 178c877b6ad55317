import { Calls } from "./calls.js";
import { freshAccess } from "./fresh-url.js";
import { kvsClient } from "./kvs-client.js";

// A page whose calls go over a relay or not at all, as behind the strictest NAT.

window.join = async (billing, jwt, wanted, protocol) => {
  const { channel, role, clientId } = wanted;
  const { url, iceServers } = await freshAccess(billing, jwt, { channel, role, clientId });
  const onlyBy = iceServers.map(({ urls, ...rest }) => ({
    ...rest,
    urls: urls.filter((each) => each.endsWith(`=${protocol}`)),
  }));
  const client = kvsClient(() => url, role, clientId);
  const send = (action, payload, other) => {
    const recipient = role === "MASTER" ? other : undefined;
    if (action === "SDP_OFFER") client.sendSdpOffer(payload, recipient);
    else if (action === "SDP_ANSWER") client.sendSdpAnswer(payload, recipient);
    else client.sendIceCandidate(payload, recipient);
  };
  window.calls = new Calls(send, { iceServers: onlyBy, iceTransportPolicy: "relay" });
  const accept = (action) => (payload, from) => window.calls.accept(action, payload, from ?? "MASTER");
  client.on("sdpOffer", accept("SDP_OFFER"));
  client.on("sdpAnswer", accept("SDP_ANSWER"));
  client.on("iceCandidate", accept("ICE_CANDIDATE"));
  client.on("error", () => {});
  const opened = new Promise((resolve) => client.once("open", resolve));
  client.open();
  await opened;
};

/** What a relay answers to credentials: how many addresses it gave, and the codes with which it refused. */
window.gather = async (iceServers) => {
  const connection = new RTCPeerConnection({ iceServers, iceTransportPolicy: "relay" });
  const outcome = { addresses: 0, refusals: [] };
  connection.addEventListener("icecandidateerror", ({ errorCode }) => outcome.refusals.push(errorCode));
  const gathered = new Promise((resolve) => {
    connection.addEventListener("icecandidate", ({ candidate }) => {
      if (candidate === null) resolve();
      else if (candidate.candidate !== "") outcome.addresses += 1;
    });
  });
  connection.createDataChannel("any");
  await connection.setLocalDescription();
  await gathered;
  connection.close();
  return outcome;
};
