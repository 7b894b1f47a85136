import { createHash } from "node:crypto";
import { startFauxqs as startServer } from "fauxqs";
import { FaultyProxy } from "./proxy.js";

/** A server that speaks S3's protocol, behind a proxy that counts and can fail. */
export interface TestS3 {
  /** What to give as `--endpoint`. */
  readonly endpoint: string;
  readonly proxy: FaultyProxy;
  createBucket(name: string): Promise<void>;
  put(bucket: string, key: string, body: string | Buffer): Promise<void>;
  /** Many objects, several at a time. */
  putAll(bucket: string, bodies: ReadonlyMap<string, string | Buffer>): Promise<void>;
  remove(bucket: string, key: string): Promise<void>;
  /** The keys that are there, past the proxy. */
  keys(bucket: string): Promise<string[]>;
  /** The bytes of an object, past the proxy. */
  get(bucket: string, key: string): Promise<Buffer>;
  stop(): Promise<void>;
}

/** A server behind the proxy. */
export interface Backend {
  readonly port: number;
  createBucket(name: string): Promise<void>;
  stop(): Promise<void>;
}

export async function startFauxqs(): Promise<Backend> {
  const server = await startServer({ port: 0, host: "127.0.0.1", logger: false });
  return {
    port: server.port,
    async createBucket(name) {
      await Promise.resolve(server.createBucket(name));
    },
    stop: () => server.stop(),
  };
}

/** Nobody checks the signature, but moto lets only somebody change what is there. */
const OWNER = {
  authorization:
    "AWS4-HMAC-SHA256 Credential=test/20261105/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0",
};

/** Starts one; the SDK finds credentials in the environment, which the server does not look at. */
export async function startS3(startBackend = startFauxqs): Promise<TestS3> {
  process.env["AWS_ACCESS_KEY_ID"] = "test";
  process.env["AWS_SECRET_ACCESS_KEY"] = "test";
  process.env["AWS_REGION"] = "us-east-1";
  const server = await startBackend();
  const direct = `http://127.0.0.1:${server.port}`;
  const proxy = await FaultyProxy.start(server.port);
  const pathOf = (bucket: string, key: string): string =>
    `${direct}/${bucket}/${key.split("/").map(encodeURIComponent).join("/")}`;
  const put = async (bucket: string, key: string, body: string | Buffer): Promise<void> => {
    const headers = { ...OWNER, "content-type": "text/plain" };
    const answer = await fetch(pathOf(bucket, key), { method: "PUT", body: bodyOf(body), headers });
    if (!answer.ok) throw new Error(`PUT ${key}: ${answer.status} ${await answer.text()}`);
    await answer.arrayBuffer();
  };
  return {
    endpoint: proxy.endpoint,
    proxy,
    createBucket: (name) => server.createBucket(name),
    put,
    async putAll(bucket, bodies) {
      const waiting = [...bodies];
      const worker = async (): Promise<void> => {
        for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
          await put(bucket, ...next);
        }
      };
      await Promise.all(Array.from({ length: 16 }, worker));
    },
    async remove(bucket, key) {
      const answer = await fetch(pathOf(bucket, key), { method: "DELETE", headers: OWNER });
      if (!answer.ok) throw new Error(`DELETE ${key}: ${answer.status}`);
    },
    async keys(bucket) {
      const answer = await fetch(`${direct}/${bucket}?list-type=2&max-keys=100000`);
      return [...(await answer.text()).matchAll(/<Key>([^<]*)<\/Key>/g)].map(([, key = ""]) => key);
    },
    async get(bucket, key) {
      const answer = await fetch(pathOf(bucket, key));
      if (!answer.ok) throw new Error(`GET ${key}: ${answer.status}`);
      return Buffer.from(await answer.arrayBuffer());
    },
    async stop() {
      await proxy.stop();
      await server.stop();
    },
  };
}

const bodyOf = (body: string | Buffer): Uint8Array =>
  typeof body === "string" ? Buffer.from(body) : body;

/** The ETag that the server gives to these bytes. */
export const etagOf = (body: string | Buffer): string =>
  createHash("md5").update(bodyOf(body)).digest("hex");
