/** What an operator can mend: its message is one sentence that says what was wrong and what was expected. */
export class OperateError extends Error {
  override readonly name = "OperateError";
}
