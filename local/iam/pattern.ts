/** A text of a policy with the wildcards `*` (any characters) and `?` (one character). */
export interface Pattern {
  readonly text: string;
  matches(value: string): boolean;
}

interface Wildcards {
  /** The expression of a `*`, given what follows it in the pattern. */
  readonly star: (rest: string) => string;
  readonly question: string;
}

const anywhere: Wildcards = { star: () => "[^]*", question: "[^]" };
const withinSegment: Wildcards = { star: () => "[^:]*", question: "[^:]" };
const inResource: Wildcards = {
  star: (rest) => (rest === "" || rest.startsWith(":") ? "[^]*" : "[^:]*"),
  question: "[^:]",
};

/** Equal, character by character. */
export function exactPattern(text: string): Pattern {
  return { text, matches: (value) => value === text };
}

/** Wildcards stand for any characters, as in StringLike. */
export function likePattern(text: string): Pattern {
  return compile(text, expression(text, anywhere));
}

/** An action such as `dynamodb:Get*`, without regard to case. */
export function actionPattern(text: string): Pattern {
  return compile(text, expression(text, anywhere), "i");
}

/**
 * A Resource element: a wildcard stays within its segment (between colons), but a `*` that ends a
 * segment may also go past it.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
 */
export function resourcePattern(text: string): Pattern {
  return compile(text, expression(text, inResource));
}

/**
 * ArnEquals and ArnLike, which behave alike: the six components are compared one by one, each with
 * wildcards of its own.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
 */
export function arnPattern(text: string): Pattern {
  const components = text.split(":");
  const last = components.splice(5).join(":");
  const parts = [...components.map((part) => expression(part, withinSegment)), expression(last, anywhere)];
  return compile(text, parts.join(":"));
}

function compile(text: string, source: string, flags = ""): Pattern {
  const whole = new RegExp(`^${source}$`, flags);
  return { text, matches: (value) => whole.test(value) };
}

function expression(text: string, wildcards: Wildcards): string {
  return text.replace(/\*+|[\\^$.+?()[\]{}|/-]/g, (found, offset: number) => {
    if (found.startsWith("*")) return wildcards.star(text.slice(offset + found.length));
    if (found === "?") return wildcards.question;
    return `\\${found}`;
  });
}
