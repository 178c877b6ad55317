/** Members of X-Ray's tracing header: https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-tracingheader */
export interface TraceHeader {
  readonly Root?: string;
  readonly Parent?: string;
  readonly Sampled?: string;
}

/** The header's form: what SQS takes as the system attribute `AWSTraceHeader`. */
export const traceHeaderForm = /^\s*[A-Za-z]+=[^;=\s]+(;\s*[A-Za-z]+=[^;=\s]+)*;?\s*$/;

export function parseTraceHeader(text: string | undefined): TraceHeader {
  const members = (text ?? "").split(";").map((member) => member.trim().split("=", 2));
  return Object.fromEntries(members.filter(([name]) => ["Root", "Parent", "Sampled"].includes(name ?? "")));
}
