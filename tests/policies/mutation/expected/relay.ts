import * as aws from "../../../../policies/aws.ts";
import { choice, covered, type Expectations, refused, stricter, wiring } from "../expectation.ts";

/** The TURN relay: containers, their network, what leads to them. */
export const relay: Readonly<Record<string, Expectations>> = {
  [aws.taskDefinition]: {
    "containerDefinitions:[].readonlyRootFilesystem": "container-is-confined",
    "containerDefinitions:[].privileged#negated": "container-is-confined",
    "containerDefinitions:[].privileged": covered,
    "containerDefinitions:[].user": "container-is-confined",
    "containerDefinitions:[].image": "container-image-is-pinned",
    // A user that is not root has none of them.
    "containerDefinitions:[].linuxParameters.capabilities**": covered,
    "containerDefinitions:[].linuxParameters**": wiring,
    "containerDefinitions:[].logConfiguration.options.awslogs-stream-prefix": refused,
    "containerDefinitions**": wiring,
    "executionRoleArn#wildcard,widened": refused,
    executionRoleArn: wiring,
    "runtimePlatform**": wiring,
    family: refused,
    cpu: refused,
    memory: refused,
    networkMode: refused,
    "requiresCompatibilities**": choice,
  },
  [aws.securityGroup]: {
    "ingress[].protocol": "security-group-names-its-ports",
    "ingress[].fromPort": ["security-group-names-its-ports", refused],
    "ingress[].toPort": ["security-group-names-its-ports", refused],
    "ingress[].description": choice,
    "ingress**": stricter,
    "egress[].description": choice,
    "egress[].protocol": refused,
    "egress[].fromPort": refused,
    "egress[].toPort": refused,
    "egress**": stricter,
    description: choice,
    vpcId: wiring,
  },
  // Nothing is in it: a task names its own group. Without rules of ours it has none.
  "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": { vpcId: refused, "**": covered },
  "aws:ecs/service:Service": {
    "cluster#wildcard": refused,
    "taskDefinition#wildcard": refused,
    "deploymentCircuitBreaker**": choice,
    "deploymentMaximumPercent**": choice,
    "deploymentMinimumHealthyPercent**": choice,
    "desiredCount**": choice,
    "healthCheckGracePeriodSeconds**": choice,
    platformVersion: choice,
    // The task has no role, without which no session opens.
    "enableExecuteCommand**": covered,
    "networkConfiguration.assignPublicIp**": wiring,
    "**": wiring,
  },
  "aws:lb/loadBalancer:LoadBalancer": { "**": wiring },
  "aws:lb/targetGroup:TargetGroup": {
    "deregistrationDelay**": choice,
    "healthCheck**": wiring,
    "**": wiring,
  },
  "aws:lb/listener:Listener": { "**": wiring },
};
