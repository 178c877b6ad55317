import * as v from "valibot";
import { httpUrl } from "../api/parameters.ts";

/** Where the fake sends events: to this machine only. */
export const loopbackUrl = () =>
  v.pipe(
    httpUrl(),
    v.check((url) => {
      const parsed = URL.parse(url);
      return parsed?.protocol === "http:" && ["127.0.0.1", "localhost"].includes(parsed.hostname);
    }, "this fake sends events to http://127.0.0.1 and http://localhost only"),
  );
