import { beforeAll, expect, test } from "@jest/globals";
import * as pulumi from "@pulumi/pulumi";
import type { TurnRelay } from "../../components/turn-relay.ts";
import { declareRelay, turnSecretArn } from "./declared-relay.ts";
import { grants, inventory, only, type Recorded, recordedProgram } from "./recorded-program.ts";

let relay: TurnRelay;
let recorded: Recorded[];

beforeAll(async () => {
  recorded = await recordedProgram(() => {
    relay = declareRelay();
  });
});

test("a relay is these resources, and what awsx makes of the VPC", () => {
  expect(inventory(recorded)).toEqual([
    "TurnRelay LogDataProtectionPolicy",
    "TurnRelay LogGroup",
    "relay Cluster",
    "relay DefaultSecurityGroup",
    "relay LoadBalancer",
    "relay Service",
    "relay TaskDefinition",
    "relay-start Role",
    "relay-start-logs RolePolicy",
    "relay-start-secret RolePolicy",
    "relay-tasks SecurityGroup",
    "relay-tcp Listener",
    "relay-tcp TargetGroup",
    "relay-udp Listener",
    "relay-udp TargetGroup",
  ]);
});

test("clients get one name, over UDP and over TCP on the port of HTTPS", async () => {
  const urls = await new Promise((resolve) => pulumi.output(relay.urls).apply(resolve));
  expect(urls).toEqual([
    "turn:relay.elb.example.com:3478?transport=udp",
    "turn:relay.elb.example.com:443?transport=tcp",
  ]);
  expect(only(recorded, "aws:lb/listener:Listener", "relay-udp")).toMatchObject({
    protocol: "UDP",
    port: 3478,
  });
  expect(only(recorded, "aws:lb/listener:Listener", "relay-tcp")).toMatchObject({
    protocol: "TCP",
    port: 443,
  });
  for (const name of ["relay-udp", "relay-tcp"]) {
    expect(only(recorded, "aws:lb/targetGroup:TargetGroup", name)).toMatchObject({
      targetType: "ip",
      port: 3478,
      vpcId: "relay-vpc",
      healthCheck: { protocol: "TCP", port: "3478" },
    });
  }
});

test("tasks are in public subnets with addresses of their own, and a broken deployment is taken back", () => {
  expect(only(recorded, "aws:ecs/service:Service", "relay")).toMatchObject({
    desiredCount: 2,
    launchType: "FARGATE",
    networkConfiguration: {
      assignPublicIp: true,
      subnets: ["relay-public-1", "relay-public-2"],
      securityGroups: ["relay-tasks-id"],
    },
    deploymentMinimumHealthyPercent: 100,
    deploymentCircuitBreaker: { enable: true, rollback: true },
  });
});

test("everybody reaches coturn's port and the relayed ones, and a task reaches peers and AWS", () => {
  const { ingress, egress } = only(recorded, "aws:ec2/securityGroup:SecurityGroup", "relay-tasks") as Record<
    string,
    { protocol: string; fromPort: number; toPort: number }[]
  >;
  const ports = (rules: typeof ingress = []) =>
    rules.map(({ protocol, fromPort, toPort }) => `${protocol} ${fromPort}-${toPort}`);
  expect(ports(ingress)).toEqual(["udp 3478-3478", "tcp 3478-3478", "udp 49152-65535"]);
  expect(ports(egress)).toEqual(["udp 0-65535", "tcp 443-443"]);
  expect(only(recorded, "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup", "relay")).toMatchObject({
    ingress: [],
    egress: [],
  });
});

test("a task has no role; the one that starts it writes its logs and reads its secret, in this account", () => {
  const task = only(recorded, "aws:ecs/taskDefinition:TaskDefinition", "relay");
  expect(task).not.toHaveProperty("taskRoleArn");
  expect(task.executionRoleArn).toBe("arn:aws:iam:us-east-1:111122223333:relay-start");
  expect(grants(recorded, "relay-start")).toEqual({
    "relay-start-logs": [
      {
        Effect: "Allow",
        Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
        Resource: ["arn:aws:cloudwatch:us-east-1:111122223333:TurnRelay:*"],
      },
    ],
    "relay-start-secret": [
      { Effect: "Allow", Action: ["secretsmanager:GetSecretValue"], Resource: [turnSecretArn] },
    ],
  });
  const { assumeRolePolicy } = only(recorded, "aws:iam/role:Role", "relay-start");
  expect(JSON.parse(String(assumeRolePolicy)).Statement).toEqual([
    {
      Effect: "Allow",
      Principal: { Service: "ecs-tasks.amazonaws.com" },
      Action: "sts:AssumeRole",
      Condition: { StringEquals: { "aws:SourceAccount": "111122223333" } },
    },
  ]);
});

test("the container gets the secret from ECS, logs into a group that forgets, and is not root", () => {
  const { containerDefinitions } = only(recorded, "aws:ecs/taskDefinition:TaskDefinition", "relay");
  expect(JSON.parse(String(containerDefinitions))).toMatchObject([
    {
      image: "docker.io/coturn/coturn:4.17.0-r0",
      secrets: [{ name: "TURN_SECRET", valueFrom: turnSecretArn }],
      user: "nobody",
      readonlyRootFilesystem: true,
      stopTimeout: 120,
      logConfiguration: {
        options: { "awslogs-group": "/synapse-d/dev/TurnRelay", "awslogs-region": "us-east-1" },
      },
    },
  ]);
  expect(only(recorded, "aws:cloudwatch/logGroup:LogGroup", "TurnRelay")).toEqual({
    name: "/synapse-d/dev/TurnRelay",
    retentionInDays: 14,
  });
});
