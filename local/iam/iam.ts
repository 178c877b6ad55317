/** A parsed-on-entry policy document, as JSON text. Refused with a clear error if it has an unknown element. */
export type PolicyJson = string;

/** Who makes a call: a role (by its own key, or by a service acting as it), an AWS service itself, or who has not said. */
export type Principal =
  | { readonly kind: "role"; readonly arn: string }
  | { readonly kind: "service"; readonly service: string }
  | { readonly kind: "anonymous" };

/** Condition key → value or values, such as `aws:SourceArn`. Keys compare without regard to case. */
export type ConditionContext = Readonly<Record<string, string | readonly string[]>>;

export interface AccessRequest {
  readonly principal: Principal;
  /** Such as `dynamodb:GetItem`. */
  readonly action: string;
  /** The ARN that the action touches. */
  readonly resource: string;
  readonly context: ConditionContext;
  /** Policies attached to the resource itself: a queue policy, a function's permissions. */
  readonly resourcePolicies?: readonly PolicyJson[];
}

export interface AccessKey {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}

/** An HTTP request as it came in, for the check of its signature. Header names are lower case. */
export interface SignedRequest {
  readonly method: string;
  /** Path with query, exactly as sent. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** One action on one resource pattern of one Allow statement, and how often a call needed it. */
export interface GrantUse {
  /** The role's name, or the ARN of the resource that carries the policy. */
  readonly holder: string;
  readonly policy: string;
  readonly action: string;
  readonly resource: string;
  readonly uses: number;
  /**
   * Values that its conditions admit and no call has had, as `dynamodb:Attributes expiresAt`: what could be taken away.
   * Absent where no condition lists any.
   */
  readonly unnamed?: readonly string[];
}

/** A call that was refused, and how often. */
export interface Denial {
  /** The role's name, the service, or `anonymous`. */
  readonly caller: string;
  readonly action: string;
  readonly resource: string;
  readonly times: number;
}

/** Roles, their policies and keys, and the decision on every call. */
export interface Iam {
  putRole(role: { name: string; arn: string; assumeRolePolicy: PolicyJson }): void;
  deleteRole(name: string): void;
  /** A role that exists, its trust policy as it was put. */
  role(name: string): { readonly arn: string; readonly assumeRolePolicy: PolicyJson } | undefined;
  putRolePolicy(roleName: string, policyName: string, document: PolicyJson): void;
  deleteRolePolicy(roleName: string, policyName: string): void;
  /** The policy's document as it was put. */
  rolePolicy(roleName: string, policyName: string): PolicyJson | undefined;

  /** A key of the role for a service, such as `lambda.amazonaws.com`, that its trust policy lets assume it. Throws AwsError AccessDenied. */
  assumeRole(roleArn: string, service: string, context?: ConditionContext): AccessKey;

  /** The role whose key signed the request for `service` (the SigV4 scope). Throws AwsError as AWS does. */
  authenticate(request: SignedRequest): { readonly principal: Principal; readonly service: string };

  /**
   * Returns when the call is allowed, and counts the statements that allowed it. Throws an AwsError
   * (403) whose message names principal, action, resource and why, in AWS's own words. `code` is the
   * service's own spelling, `AccessDeniedException` by default.
   */
  authorize(request: AccessRequest, code?: string): void;

  /** Every grant of every role and resource policy seen so far, with its use count. */
  grants(): readonly GrantUse[];

  /** The calls that `authorize` and `assumeRole` refused: the first thousand that differ. */
  denials(): readonly Denial[];
}
