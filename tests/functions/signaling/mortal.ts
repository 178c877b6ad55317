import { AsyncLocalStorage } from "node:async_hooks";

class Died extends Error {}

/** Invocations that die in turn after so many steps, a step being what others can see; 0: one does not die. */
export function mortal(deaths: readonly number[]) {
  const left = [...deaths];
  const current = new AsyncLocalStorage<{
    steps: number;
    readonly owed: string[];
    readonly die: () => void;
  }>();
  /** What an invocation took out of a row, and did not live to tell. */
  const untold = new Set<string>();
  return {
    untold,

    /** Of what was taken out of a row, whoever did it is yet to tell the sender. */
    owes: (frameIds: readonly string[]): void => void current.getStore()?.owed.push(...frameIds),

    /** Rejects when it dies. */
    begin: <Answer>(invocation: () => Promise<Answer>): Promise<Answer> => {
      const steps = left.shift() ?? 0;
      if (steps === 0) return invocation();
      const { promise: death, reject } = Promise.withResolvers<never>();
      const owed: string[] = [];
      const die = () => {
        for (const frameId of owed) untold.add(frameId);
        reject(new Died());
      };
      return Promise.race([current.run({ steps, owed, die }, invocation), death]);
    },

    /** Before each step of whatever runs. Never resolves for what is dead. */
    step: async (): Promise<void> => {
      const life = current.getStore();
      if (!life) return;
      life.steps -= 1;
      if (life.steps > 0) return;
      life.die();
      await new Promise(() => {});
    },

    /** Of a frame whose invocation died: no answer. Anything else is thrown on. */
    unanswered: (error: unknown): [] => {
      if (error instanceof Died) return [];
      throw error;
    },
  };
}
