/** A resource as a rule sees it. In a preview some values are not known yet, so a rule asks whether a property is there. */
export interface RuledResource {
  readonly type: string;
  readonly props: Readonly<Record<string, unknown>>;
}

/** One thing that no stack may do. */
export interface Rule {
  /** The file's name: it appears in the preview. */
  readonly name: string;
  readonly description: string;
  /** The types the rule looks at. */
  readonly types: readonly string[];
  /** What is wrong and how to mend it, one sentence each; empty when nothing is. */
  readonly violations: (resource: RuledResource) => readonly string[];
}
