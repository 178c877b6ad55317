/** Every rule of cdk-nag, Checkov, Pulumi's compliance policies and awsguard for our types, kept apart from our rules. */
export const foreignIds: readonly string[] = `
AwsSolutions-APIG1 AwsSolutions-APIG2 AwsSolutions-APIG3 AwsSolutions-APIG4 AwsSolutions-APIG6
AwsSolutions-DDB3 AwsSolutions-DDB4 AwsSolutions-EVB1 AwsSolutions-IAM4 AwsSolutions-IAM5
AwsSolutions-KMS5 AwsSolutions-L1 AwsSolutions-SMG4 AwsSolutions-SNS3 AwsSolutions-SQS2 AwsSolutions-SQS3
AwsSolutions-SQS4 CKV2_AWS_14 CKV2_AWS_16 CKV2_AWS_18 CKV2_AWS_21 CKV2_AWS_22 CKV2_AWS_29 CKV2_AWS_31
CKV2_AWS_34 CKV2_AWS_36 CKV2_AWS_4 CKV2_AWS_40 CKV2_AWS_51 CKV2_AWS_53 CKV2_AWS_56 CKV2_AWS_57
CKV2_AWS_64 CKV2_AWS_70 CKV2_AWS_73 CKV2_AWS_75 CKV2_AWS_77 CKV2_AWS_9 CKV_AWS_1 CKV_AWS_10 CKV_AWS_107
CKV_AWS_108 CKV_AWS_109 CKV_AWS_11 CKV_AWS_110 CKV_AWS_111 CKV_AWS_115 CKV_AWS_116 CKV_AWS_117
CKV_AWS_119 CKV_AWS_12 CKV_AWS_120 CKV_AWS_13 CKV_AWS_14 CKV_AWS_149 CKV_AWS_15 CKV_AWS_158 CKV_AWS_165
CKV_AWS_166 CKV_AWS_168 CKV_AWS_169 CKV_AWS_173 CKV_AWS_175 CKV_AWS_176 CKV_AWS_192 CKV_AWS_206
CKV_AWS_217 CKV_AWS_225 CKV_AWS_227 CKV_AWS_237 CKV_AWS_258 CKV_AWS_26 CKV_AWS_27 CKV_AWS_271 CKV_AWS_272
CKV_AWS_273 CKV_AWS_274 CKV_AWS_275 CKV_AWS_276 CKV_AWS_28 CKV_AWS_283 CKV_AWS_286 CKV_AWS_287
CKV_AWS_288 CKV_AWS_289 CKV_AWS_290 CKV_AWS_297 CKV_AWS_301 CKV_AWS_304 CKV_AWS_308 CKV_AWS_309
CKV_AWS_319 CKV_AWS_33 CKV_AWS_337 CKV_AWS_338 CKV_AWS_342 CKV_AWS_348 CKV_AWS_355 CKV_AWS_356
CKV_AWS_358 CKV_AWS_363 CKV_AWS_364 CKV_AWS_384 CKV_AWS_385 CKV_AWS_387 CKV_AWS_393 CKV_AWS_40 CKV_AWS_45
CKV_AWS_49 CKV_AWS_50 CKV_AWS_59 CKV_AWS_60 CKV_AWS_61 CKV_AWS_62 CKV_AWS_63 CKV_AWS_66 CKV_AWS_7
CKV_AWS_72 CKV_AWS_73 CKV_AWS_76 CKV_AWS_9 CKV_AWS_95 HIPAA.Security-APIGWCacheEnabledAndEncrypted
HIPAA.Security-APIGWExecutionLoggingEnabled HIPAA.Security-APIGWSSLEnabled
HIPAA.Security-APIGWXrayEnabled HIPAA.Security-CloudWatchAlarmAction
HIPAA.Security-CloudWatchLogGroupEncrypted HIPAA.Security-CloudWatchLogGroupRetentionPeriod
HIPAA.Security-DynamoDBAutoScalingEnabled HIPAA.Security-DynamoDBInBackupPlan
HIPAA.Security-DynamoDBPITREnabled HIPAA.Security-IAMGroupHasUsers HIPAA.Security-IAMNoInlinePolicy
HIPAA.Security-IAMPolicyNoStatementsWithAdminAccess HIPAA.Security-IAMPolicyNoStatementsWithFullAccess
HIPAA.Security-IAMUserGroupMembership HIPAA.Security-IAMUserNoPolicies HIPAA.Security-LambdaConcurrency
HIPAA.Security-LambdaDLQ HIPAA.Security-LambdaFunctionPublicAccessProhibited
HIPAA.Security-LambdaInsideVPC HIPAA.Security-SNSEncryptedKMS
HIPAA.Security-SecretsManagerRotationEnabled HIPAA.Security-SecretsManagerUsingKMSKey
HIPAA.Security-WAFv2LoggingEnabled LambdaEventSourceSQSVisibilityTimeout LambdaFunctionUrlAuth
LambdaLogLevel LambdaLogging NIST.800.53.R4-APIGWCacheEnabledAndEncrypted
NIST.800.53.R4-APIGWExecutionLoggingEnabled NIST.800.53.R4-CloudWatchAlarmAction
NIST.800.53.R4-CloudWatchLogGroupEncrypted NIST.800.53.R4-CloudWatchLogGroupRetentionPeriod
NIST.800.53.R4-DynamoDBAutoScalingEnabled NIST.800.53.R4-DynamoDBInBackupPlan
NIST.800.53.R4-DynamoDBPITREnabled NIST.800.53.R4-IAMGroupHasUsers NIST.800.53.R4-IAMNoInlinePolicy
NIST.800.53.R4-IAMPolicyNoStatementsWithAdminAccess NIST.800.53.R4-IAMUserGroupMembership
NIST.800.53.R4-IAMUserNoPolicies NIST.800.53.R4-KMSBackingKeyRotationEnabled
NIST.800.53.R4-LambdaFunctionPublicAccessProhibited NIST.800.53.R4-LambdaInsideVPC
NIST.800.53.R4-SNSEncryptedKMS NIST.800.53.R4-WAFv2LoggingEnabled NIST.800.53.R5-APIGWAssociatedWithWAF
NIST.800.53.R5-APIGWCacheEnabledAndEncrypted NIST.800.53.R5-APIGWExecutionLoggingEnabled
NIST.800.53.R5-APIGWSSLEnabled NIST.800.53.R5-CloudWatchAlarmAction
NIST.800.53.R5-CloudWatchLogGroupEncrypted NIST.800.53.R5-CloudWatchLogGroupRetentionPeriod
NIST.800.53.R5-DynamoDBAutoScalingEnabled NIST.800.53.R5-DynamoDBInBackupPlan
NIST.800.53.R5-DynamoDBPITREnabled NIST.800.53.R5-IAMNoInlinePolicy
NIST.800.53.R5-IAMPolicyNoStatementsWithAdminAccess NIST.800.53.R5-IAMPolicyNoStatementsWithFullAccess
NIST.800.53.R5-IAMUserGroupMembership NIST.800.53.R5-IAMUserNoPolicies
NIST.800.53.R5-KMSBackingKeyRotationEnabled NIST.800.53.R5-LambdaConcurrency NIST.800.53.R5-LambdaDLQ
NIST.800.53.R5-LambdaFunctionPublicAccessProhibited NIST.800.53.R5-LambdaInsideVPC
NIST.800.53.R5-SNSEncryptedKMS NIST.800.53.R5-SecretsManagerRotationEnabled
NIST.800.53.R5-SecretsManagerUsingKMSKey NIST.800.53.R5-WAFv2LoggingEnabled
PCI.DSS.321-APIGWAssociatedWithWAF PCI.DSS.321-APIGWCacheEnabledAndEncrypted
PCI.DSS.321-APIGWExecutionLoggingEnabled PCI.DSS.321-APIGWSSLEnabled
PCI.DSS.321-CloudWatchLogGroupEncrypted PCI.DSS.321-CloudWatchLogGroupRetentionPeriod
PCI.DSS.321-IAMGroupHasUsers PCI.DSS.321-IAMNoInlinePolicy
PCI.DSS.321-IAMPolicyNoStatementsWithAdminAccess PCI.DSS.321-IAMPolicyNoStatementsWithFullAccess
PCI.DSS.321-IAMUserGroupMembership PCI.DSS.321-IAMUserNoPolicies PCI.DSS.321-KMSBackingKeyRotationEnabled
PCI.DSS.321-LambdaFunctionPublicAccessProhibited PCI.DSS.321-LambdaInsideVPC PCI.DSS.321-SNSEncryptedKMS
PCI.DSS.321-SecretsManagerUsingKMSKey PCI.DSS.321-WAFv2LoggingEnabled Serverless-APIGWAccessLogging
Serverless-APIGWDefaultThrottling Serverless-APIGWStructuredLogging Serverless-APIGWXrayEnabled
Serverless-CloudWatchLogGroupRetentionPeriod Serverless-EventBusDLQ
Serverless-LambdaAsyncFailureDestination Serverless-LambdaDLQ Serverless-LambdaDefaultMemorySize
Serverless-LambdaDefaultTimeout Serverless-LambdaEventSourceMappingDestination
Serverless-LambdaLatestVersion Serverless-LambdaStarPermissions Serverless-LambdaTracing
Serverless-SNSRedrivePolicy Serverless-SQSRedrivePolicy access-keys-rotated apigateway-endpoint-type
apigateway-method-cached-and-encrypted apigateway-stage-cached
aws.apigateway.DomainName.configureSecurityPolicy
aws.apigatewayv2.DomainName.configureDomainNameSecurityPolicy
aws.apigatewayv2.DomainName.enableDomainNameConfiguration aws.apigatewayv2.Stage.configureAccessLogging
aws.apigatewayv2.Stage.enableAccessLogging aws.iam.AccountPasswordPolicy.minimumPasswordLength
aws.iam.AccountPasswordPolicy.passwordReusePrevention aws.iam.PolicyAttachment.onlyPermissionsViaGroups
aws.iam.UserPolicyAttachment.onlyPermissionsViaGroups aws.kms.Key.disallowBypassPolicyLockoutSafetyCheck
aws.kms.Key.enableKeyRotation aws.kms.Key.missingDescription aws.lambda.Function.configureTracingConfig
aws.lambda.Function.enableTracingConfig aws.lambda.Function.missingDescription
aws.lambda.Permission.configureSourceArn aws.secretsmanager.Secret.configureCustomerManagedKey
aws.secretsmanager.Secret.missingDescription cmk-backing-key-rotation-enabled
dynamodb-table-encryption-enabled iam-role-no-policy-management-conflicts
mfa-enabled-for-iam-console-access
`
  .trim()
  .split(/\s+/);
