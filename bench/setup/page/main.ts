import { peerJsSession } from "./peerjs-session.ts";
import { synapseSession } from "./synapse-session.ts";

const sessions = { synapse: synapseSession, peerJs: peerJsSession };

declare global {
  interface Window {
    sessions: typeof sessions;
  }
}

window.sessions = sessions;
