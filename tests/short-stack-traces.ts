// Pulumi keeps a stack trace with each promise, and its policy SDK with each unknown value. Jest looks up the source
// of every frame of them, which took a third of the time of a test that runs a program.
Error.stackTraceLimit = 2;

export {};
