/** What AWS signs for, and the first part of the service's host. */
interface Service {
  readonly signingName: string;
}

/**
 * Where a service is: what `AWS_ENDPOINT_URL` names, else its own host in the Region, also in AWS China
 * (https://docs.aws.amazon.com/general/latest/gr/rande.html, https://docs.amazonaws.cn/en_us/aws/latest/userguide/endpoints-arns.html).
 */
export function endpointOf(
  { signingName }: Service,
  region: string,
  environment: Readonly<Record<string, string | undefined>>,
): string {
  const suffix = region.startsWith("cn-") ? "amazonaws.com.cn" : "amazonaws.com";
  return environment.AWS_ENDPOINT_URL || `https://${signingName}.${region}.${suffix}`;
}
