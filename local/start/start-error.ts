/** Why `npm start` cannot go on, in one sentence for the person who ran it. */
export class StartError extends Error {
  override readonly name = "StartError";
}
