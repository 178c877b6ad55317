// fauxqs exports its server alone, so its modules are loaded from beside it, wherever the package is
// installed; only their types are named by path.
import type { md5OfMessageAttributes as Md5OfMessageAttributes } from "../../node_modules/fauxqs/dist/common/md5.js";
import type * as Persistence from "../../node_modules/fauxqs/dist/persistence.js";
import type * as Sns from "../../node_modules/fauxqs/dist/sns/snsStore.js";
import type * as Sqs from "../../node_modules/fauxqs/dist/sqs/sqsStore.js";
import type * as SqsTypes from "../../node_modules/fauxqs/dist/sqs/sqsTypes.js";

const entry = import.meta.resolve("fauxqs");
const load = (module: string) => import(new URL(module, entry).href);

export type SqsMessage = SqsTypes.SqsMessage;
export type SqsQueue = Sqs.SqsQueue;
export type SqsStore = Sqs.SqsStore;

export const { SqsStore }: typeof Sqs = await load("sqs/sqsStore.js");
export const { calculateMessageSize }: typeof SqsTypes = await load("sqs/sqsTypes.js");
export const { SnsStore }: typeof Sns = await load("sns/snsStore.js");
export const { PersistenceManager }: typeof Persistence = await load("persistence.js");
export const { md5OfMessageAttributes }: { md5OfMessageAttributes: typeof Md5OfMessageAttributes } =
  await load("common/md5.js");
