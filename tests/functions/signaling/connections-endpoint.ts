import { createServer } from "node:http";

/** API Gateway's `@connections`: answers as it is told, in turn, then with success, and keeps what it received. */
export async function connectionsEndpoint(success: 200 | 204) {
  const answers: { status: number; type?: string }[] = [];
  const received: { method: string | undefined; path: string | undefined; body: string }[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    received.push({ method: request.method, path: request.url, body: Buffer.concat(chunks).toString() });
    const { status, type } = answers.shift() ?? { status: success };
    response.writeHead(status, type === undefined ? {} : { "x-amzn-errortype": type });
    response.end(status === success ? "" : "{}");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" ? address?.port : undefined;
  const url = `http://127.0.0.1:${port}/v1`;
  const signing = { region: "us-east-1", credentials: { accessKeyId: "AKID", secretAccessKey: "secret" } };
  const close = async (): Promise<void> => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return { answers, received, url, signing, close };
}
