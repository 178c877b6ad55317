/** What AWS says of every answer. */
export interface AnswerMetadata {
  readonly httpStatusCode: number;
  readonly requestId?: string;
}

/** A refusal of an AWS service, in the shape of the SDK's: `name` is AWS's code, and the members of the error are its own. */
export class AwsServiceError extends Error {
  override readonly name: string;
  readonly $metadata: AnswerMetadata;

  constructor(code: string, message: string, $metadata: AnswerMetadata, details: object = {}) {
    super(message);
    Object.assign(this, details);
    this.name = code;
    this.$metadata = $metadata;
  }
}

export type ErrorClass = new (...given: ConstructorParameters<typeof AwsServiceError>) => AwsServiceError;
