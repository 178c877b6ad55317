import { afterEach, expect, jest, test } from "@jest/globals";
import { obtainProof } from "../../../local/console/page/obtain-proof.ts";

const services = {
  issuer: "http://127.0.0.1:1/t",
  billing: "http://127.0.0.1:2/v1",
  signaling: "ws://127.0.0.1:3",
  control: "http://127.0.0.1:4/t",
  stripeControl: "http://127.0.0.1:5/t",
};
const bob = { role: "VIEWER", user: "bob", channel: "demo", clientId: "bob-1" } as const;
const token = Response.json({ access_token: "a.b.c", token_type: "Bearer", expires_in: 3600 });
const proof = { proof: "p".repeat(43), url: "ws://127.0.0.1:3/prod", expiresAt: "2030-01-01T00:00:00Z" };

function answerWith(...answers: (Response | Error)[]) {
  const queue = answers.map((answer) => (answer instanceof Error ? answer : answer.clone()));
  return jest.spyOn(globalThis, "fetch").mockImplementation(async () => {
    const answer = queue.shift();
    if (answer instanceof Response) return answer;
    throw answer ?? new Error("nobody expected this request");
  });
}
afterEach(() => {
  jest.restoreAllMocks();
});

test("takes the relays that come with the proof", async () => {
  const iceServers = [
    { urls: ["turn:127.0.0.1:4?transport=udp"], username: "1800000300:ab", credential: "c" },
  ];
  answerWith(token, Response.json({ ...proof, iceServers }, { status: 201 }));
  expect(await obtainProof(services, bob)).toMatchObject({ kind: "proof", iceServers });
});

test("brings the user's token to the billing API and gets a proof", async () => {
  const fetched = answerWith(token, Response.json(proof, { status: 201 }));
  expect(await obtainProof(services, bob)).toEqual({
    kind: "proof",
    proof: "ppppppppppppppppppppppppppppppppppppppppppp",
    url: "ws://127.0.0.1:3/prod",
    iceServers: [],
  });
  const [toIssuer, toBilling] = fetched.mock.calls;
  expect(toIssuer?.[0]).toBe("http://127.0.0.1:1/t/token");
  expect(String(toIssuer?.[1]?.body)).toBe("sub=bob");
  expect(toBilling).toEqual([
    "http://127.0.0.1:2/v1/proofs",
    {
      method: "POST",
      headers: { authorization: "Bearer a.b.c", "content-type": "application/json" },
      body: '{"channel":"demo","role":"VIEWER","clientId":"bob-1"}',
    },
  ]);
});

test("asks for a master's proof without a client id", async () => {
  const fetched = answerWith(token, Response.json(proof, { status: 201 }));
  await obtainProof(services, { role: "MASTER", user: "alice", channel: "demo", clientId: undefined });
  expect(fetched.mock.calls[1]?.[1]?.body).toBe('{"channel":"demo","role":"MASTER"}');
});

test.each([
  [
    Response.json({ code: "channel_taken", detail: "Another subject owns this channel." }, { status: 403 }),
    "The billing API refused: Another subject owns this channel. (403 channel_taken)",
  ],
  [Response.json({ message: "Forbidden" }, { status: 403 }), "The billing API refused: 403."],
  [Response.json({ proof: "p" }, { status: 201 }), "The billing API refused: 201."],
])("says in words that the billing API refused (%#)", async (answer, words) => {
  answerWith(token, answer);
  expect(await obtainProof(services, bob)).toEqual({ kind: "refused", words });
});

test("says in words that the issuer refused, and asks nobody else", async () => {
  const refusal = { error: "invalid_request", error_description: "sub is required" };
  const fetched = answerWith(Response.json(refusal, { status: 400 }));
  expect(await obtainProof(services, bob)).toEqual({
    kind: "refused",
    words: "The issuer refused: sub is required (400 invalid_request)",
  });
  expect(fetched).toHaveBeenCalledTimes(1);
});

test("says what may be wrong when there is no answer that the page may read", async () => {
  answerWith(token, new TypeError("Failed to fetch"));
  expect(await obtainProof(services, bob)).toEqual({
    kind: "refused",
    words:
      "The billing API gave no answer that this page may read: it is down, it answered without JSON, or it does not list this page's origin for CORS.",
  });
});
