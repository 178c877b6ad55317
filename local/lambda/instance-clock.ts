/**
 * Makes `Date.now()` and `new Date()` of this thread follow the local clock: the machine's time plus the
 * shared offset. What a handler checks against the time, and the signatures of its calls, move with it.
 */
export function followClock(offset: SharedArrayBuffer): void {
  const shared = new BigInt64Array(offset);
  const machineNow = Date.now;
  const now = () => machineNow() + Number(Atomics.load(shared, 0));
  const MachineDate = Date;
  MachineDate.now = now;
  // A proxy, not a subclass: dates that Node itself makes stay instances of the global Date.
  const LocalDate = new Proxy(MachineDate, {
    construct: (target, args, newTarget) =>
      Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget),
    apply: (target) => new target(now()).toString(),
  });
  MachineDate.prototype.constructor = LocalDate;
  globalThis.Date = LocalDate;
}
