import * as v from "valibot";

/** The parts of a SigV4 Authorization header. */
export interface Authorization {
  readonly accessKeyId: string;
  /** `YYYYMMDD` */
  readonly date: string;
  readonly region: string;
  readonly service: string;
  /** Lower case, in the order they were signed. */
  readonly signedHeaders: readonly string[];
  /** 64 hexadecimal digits. */
  readonly signature: string;
}

const header = v.pipe(
  v.string(),
  v.maxLength(4_096, "Authorization header is too long."),
  v.regex(/^AWS4-HMAC-SHA256 /, "Unsupported algorithm: only AWS4-HMAC-SHA256 is accepted."),
  v.transform((text) =>
    Object.fromEntries(
      text
        .slice("AWS4-HMAC-SHA256 ".length)
        .split(",")
        .map((part) => {
          const [name = "", ...value] = part.trim().split("=");
          return [name, value.join("=")];
        }),
    ),
  ),
  v.object(
    {
      Credential: v.pipe(
        v.string(),
        v.regex(
          /^[A-Z0-9]{16,128}\/\d{8}\/[a-z0-9-]{1,64}\/[a-z0-9-]{1,64}\/aws4_request$/,
          "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term.",
        ),
        v.transform((credential) => credential.split("/")),
      ),
      SignedHeaders: v.pipe(
        v.string(),
        v.regex(/^[a-z0-9-]+(;[a-z0-9-]+)*$/, "SignedHeaders must be header names in lower case."),
        v.transform((names) => names.split(";")),
      ),
      Signature: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/, "Signature must be 64 hexadecimal digits.")),
    },
    (issue) => `Authorization header requires ${issue.expected} parameter.`,
  ),
  v.transform(({ Credential, SignedHeaders, Signature }): Authorization => {
    const [accessKeyId = "", date = "", region = "", service = ""] = Credential;
    return { accessKeyId, date, region, service, signedHeaders: SignedHeaders, signature: Signature };
  }),
);

/** The parsed header, or a sentence that says what it lacks. */
export function parseAuthorization(text: string): Authorization | string {
  const result = v.safeParse(header, text);
  return result.success ? result.output : result.issues[0].message;
}
