/**
 * Calls of this page over real data channels, by the name of the other. `send(action, payload, other)` gives one
 * frame to signaling.
 */
export class Calls {
  /** Who is connected. */
  opened = [];
  /** What was said, each with who said it. */
  said = [];
  #calls = new Map();
  #send;
  #configuration;

  constructor(send, configuration = { iceServers: [] }) {
    this.#send = send;
    this.#configuration = configuration;
  }

  async call(other) {
    const connection = this.#begin(other);
    this.#watch(connection.createDataChannel("call"), other);
    await connection.setLocalDescription();
    this.#send("SDP_OFFER", connection.localDescription, other);
  }

  say(other, text) {
    this.#calls.get(other).channel.send(text);
  }

  /** `TYPE over PROTOCOL` of this page's end of the pair of addresses that carries the call. */
  async way(other) {
    const stats = [...(await this.#calls.get(other).connection.getStats()).values()];
    const { selectedCandidatePairId } = stats.find(({ type }) => type === "transport");
    const pair = stats.find(({ id }) => id === selectedCandidatePairId);
    const { candidateType, relayProtocol } = stats.find(({ id }) => id === pair.localCandidateId);
    return `${candidateType} over ${relayProtocol}`;
  }

  async accept(action, payload, other) {
    if (action !== "SDP_OFFER") {
      const connection = this.#calls.get(other)?.connection;
      if (action === "SDP_ANSWER") await connection?.setRemoteDescription(payload);
      else await connection?.addIceCandidate(payload);
      return;
    }
    const connection = this.#begin(other);
    connection.ondatachannel = ({ channel }) => this.#watch(channel, other);
    await connection.setRemoteDescription(payload);
    await connection.setLocalDescription();
    this.#send("SDP_ANSWER", connection.localDescription, other);
  }

  #begin(other) {
    this.#calls.get(other)?.connection.close();
    const connection = new RTCPeerConnection(this.#configuration);
    this.#calls.set(other, { connection });
    connection.onicecandidate = ({ candidate }) => {
      if (candidate) this.#send("ICE_CANDIDATE", candidate, other);
    };
    return connection;
  }

  #watch(channel, other) {
    this.#calls.get(other).channel = channel;
    channel.onopen = () => this.opened.push(other);
    channel.onmessage = ({ data }) => this.said.push(`${other}: ${data}`);
  }
}
