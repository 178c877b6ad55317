/** What the process that evaluates the program tells its parent. */
export type FromEvaluation =
  | {
      readonly kind: "resource";
      /** Answered by a `ToEvaluation` with the same number. */
      readonly call: number;
      readonly type: string;
      readonly name: string;
      readonly inputs: Record<string, unknown>;
    }
  | { readonly kind: "registered"; readonly resource: RegisteredResource }
  | { readonly kind: "finished"; readonly outputs: Record<string, unknown> }
  | { readonly kind: "failed"; readonly message: string };

/** The parent's answer: the resource exists, with its id and outputs. */
export interface ToEvaluation {
  readonly call: number;
  readonly id: string;
  readonly outputs: Record<string, unknown>;
}

/** A node of the resource graph: components and AWS resources alike. */
export interface RegisteredResource {
  readonly type: string;
  readonly name: string;
  /** `type::name` of the component that contains it; absent for the top level. */
  readonly parent?: string;
}
