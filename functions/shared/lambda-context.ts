import * as v from "valibot";

const lambdaContext = v.object({
  awsRequestId: v.string(),
  getRemainingTimeInMillis: v.function(),
});

/**
 * What a function uses of Lambda's context object
 * (https://docs.aws.amazon.com/lambda/latest/dg/nodejs-context.html). Without one, time is taken to be
 * plenty.
 */
export function readContext(context: unknown): { requestId: string | undefined; remaining: () => number } {
  const parsed = v.safeParse(lambdaContext, context);
  if (!parsed.success) return { requestId: undefined, remaining: () => Number.POSITIVE_INFINITY };
  const { awsRequestId, getRemainingTimeInMillis } = parsed.output;
  return {
    requestId: awsRequestId,
    remaining: () => Number(Reflect.apply(getRemainingTimeInMillis, context, [])),
  };
}
