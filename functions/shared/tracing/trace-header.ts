/** Where something stands in X-Ray's traces. */
export interface TraceHeader {
  /** The trace: `1-`, eight hexadecimal digits of seconds, `-`, 24 more digits. */
  readonly root: string;
  /** The segment that it belongs under: 16 hexadecimal digits. */
  readonly parent?: string;
  readonly sampled: boolean;
}

export const traceIdPattern = /^1-[0-9a-f]{8}-[0-9a-f]{24}$/;
const segmentIdPattern = /^[0-9a-f]{16}$/;

/**
 * Reads X-Ray's tracing header, `Root=…;Parent=…;Sampled=1`, whose members may stand in any order among others
 * (https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-tracingheader). Undefined
 * where there is none, or no trace in it.
 */
export function readTraceHeader(text: string | undefined): TraceHeader | undefined {
  if (!text) return undefined;
  let root: string | undefined;
  let parent: string | undefined;
  let sampled = false;
  for (const member of text.split(";")) {
    const [name, value = ""] = member.trim().split("=", 2);
    if (name === "Root") root = value;
    else if (name === "Parent") parent = value;
    else if (name === "Sampled") sampled = value === "1";
  }
  if (root === undefined || !traceIdPattern.test(root)) return undefined;
  return { root, sampled, ...(parent !== undefined && segmentIdPattern.test(parent) && { parent }) };
}

export const traceHeaderText = ({ root, parent, sampled }: TraceHeader): string =>
  `Root=${root}${parent === undefined ? "" : `;Parent=${parent}`};Sampled=${sampled ? 1 : 0}`;
