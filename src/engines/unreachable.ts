import { Exit, Problem } from "../problems/problem.js";

/** A server that gave no answer: wrong place, no network, or a certificate that nobody vouches for. */
export function unreachable(where: string, cause: unknown): Problem {
  const { message, code } = rootOf(cause);
  return new Problem({
    code: "engine-unreachable",
    what: "The engine cannot be reached",
    where,
    why: message,
    help: CERTIFICATE.test(code)
      ? "Where your own authority signed its certificate, name it: NODE_EXTRA_CA_CERTS=ca.pem culprit …"
      : "Check the host and the port, and that the engine runs",
    exit: Exit.input,
    cause,
  });
}

/** Node's and OpenSSL's names for a certificate that cannot be trusted. */
const CERTIFICATE = /CERT|UNABLE_TO_VERIFY_LEAF_SIGNATURE/;

function rootOf(error: unknown): { readonly message: string; readonly code: string } {
  if (!(error instanceof Error)) return { message: String(error), code: "" };
  const root = error.cause instanceof Error ? error.cause : error;
  const { code = "" } = root as { code?: string };
  return { message: root.message === "" ? error.message : root.message, code };
}
