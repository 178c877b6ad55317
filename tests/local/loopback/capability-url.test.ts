import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { admit, newCapabilityToken } from "../../../local/loopback/capability-url.ts";
import { anyCodePoint } from "../../any-code-point.ts";

const token = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
const approach = (target: string) => ({ target, origin: undefined, authorization: undefined });

test("makes a new token of 43 URL-safe characters each time", () => {
  expect(newCapabilityToken()).toMatch(/^[A-Za-z0-9_-]{43}$/);
  expect(newCapabilityToken()).not.toBe(newCapabilityToken());
});

test.each([
  [`/${token}`, "", ""],
  [`/${token}/`, "/", ""],
  [`/${token}/health`, "/health", ""],
  [`/${token}/logs?limit=5&since=1`, "/logs", "limit=5&since=1"],
  [`/${token}?a=b?c`, "", "a=b%3Fc"],
])("takes the token off %s", (target, path, query) => {
  const admission = admit(approach(target), token, []);
  expect(admission).toMatchObject({ kind: "admitted", path });
  if (admission.kind === "admitted") expect(admission.query.toString()).toBe(query);
});

test("takes the path as it is from the bearer of the token", () => {
  const authorization = `bearer ${token}`;
  expect(admit({ target: "/health?x=1", origin: undefined, authorization }, token, [])).toMatchObject({
    kind: "admitted",
    path: "/health",
  });
});

test("admits an origin of the list, exactly as written", () => {
  const from = (origin: string) =>
    admit({ target: `/${token}/`, origin, authorization: undefined }, token, ["http://127.0.0.1:80"]).kind;
  expect(from("http://127.0.0.1:80")).toBe("admitted");
  expect(from("http://127.0.0.1:800")).toBe("refused");
  expect(from("HTTP://127.0.0.1:80")).toBe("refused");
});

test("refuses every target whose first segment is not the token", () => {
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: anyCodePoint }), fc.webPath()), (text) => {
      fc.pre(!text.startsWith(token) && !text.startsWith(`/${token}`));
      expect(admit(approach(text), token, []).kind).toBe("refused");
      expect(admit(approach(`/${text}`), token, []).kind).toBe("refused");
      expect(admit(approach(`/x${text}/${token}`), token, []).kind).toBe("refused");
    }),
  );
});

test("refuses every authorization that does not bear the token", () => {
  fc.assert(
    fc.property(fc.string({ unit: anyCodePoint }), (authorization) => {
      fc.pre(!authorization.includes(token));
      expect(admit({ target: "/", origin: undefined, authorization }, token, []).kind).toBe("refused");
    }),
  );
});
