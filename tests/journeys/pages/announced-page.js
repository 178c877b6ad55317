import { Calls } from "./calls.js";
import { obtainUrl } from "./obtain-url.js";
import { openSignaling } from "./signaling.js";

// A page with the client of docs/clients.md that knows our protocol.

/** Each socket that the page has opened, with what it has received. */
window.sockets = [];
window.WebSocket = class extends WebSocket {
  received = [];

  constructor(url) {
    super(url);
    window.sockets.push(this);
    this.addEventListener("message", ({ data }) => this.received.push(JSON.parse(data)));
  }
};

/** What the client passed on, in order. */
window.told = [];
/** Of each member that came or went: what was told of it. */
window.presence = () =>
  window.told
    .filter(({ messageType }) => messageType === "PRESENCE")
    .flatMap(({ event, members }) =>
      members.map(({ clientId, cause }) => [event, clientId, cause].filter(Boolean).join(" ")),
    );

/**
 * A page that meshes calls each member of whom it is told and whose name comes after its own. One that does not
 * answer leaves frames as they are told.
 */
window.join = async (user, channel, { role = "PEER", meshes = false, answers = true } = {}) => {
  const clientId = role === "MASTER" ? undefined : user;
  const met = new Map();
  const meet = (members) => {
    for (const { clientId: other, since } of members) {
      // Presence may come twice.
      if (user < other && met.get(other) !== since) window.calls.call(other);
      met.set(other, since);
    }
  };
  const { promise: present, resolve: isTold } = Promise.withResolvers();
  const receive = (message) => {
    window.told.push(message);
    if (message.event === "present") isTold();
    const { messageType, messagePayload, senderClientId = "MASTER" } = message;
    if (meshes && messageType === "PRESENCE" && message.event !== "left") meet(message.members);
    if (messagePayload && answers)
      window.calls.accept(messageType, JSON.parse(atob(messagePayload)), senderClientId);
  };
  window.calls = new Calls((action, payload, recipientClientId) =>
    window.signaling.send({ action, recipientClientId, messagePayload: btoa(JSON.stringify(payload)) }),
  );
  window.signaling = await openSignaling(() => obtainUrl(user, channel, role, clientId), receive);
  // Until it is told who is there, it cannot know who comes later.
  await present;
};
