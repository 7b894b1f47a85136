import { webhookBody } from "../alertmanager.js";
import type { Channel, ChannelContext } from "../channel.js";
import { plainText, title } from "../message.js";
import type { Delivery } from "../outbox.js";
import { secretAt, type SecretPlace } from "../secret.js";

/** How a mail server is reached, and who writes to whom. */
export interface EmailSettings {
  readonly host: string;
  readonly port: number;
  /** TLS from the first byte; otherwise STARTTLS where the server offers it. */
  readonly tls: boolean;
  readonly from: string;
  readonly to: readonly string[];
  readonly user?: string | undefined;
  readonly password?: SecretPlace | undefined;
}

/** What nodemailer tells of a failure. */
interface MailError {
  readonly code?: string;
  readonly responseCode?: number;
}

/** Mail by SMTP. */
export async function emailChannel(
  name: string,
  settings: EmailSettings,
  context: ChannelContext,
): Promise<Channel> {
  const { host, port, tls, from, to, user, password } = settings;
  const pass = password && (await secretAt(password, "password", name, context));
  const { createTransport } = await import("nodemailer");
  const limit = context.timeout_ms;
  const transport = createTransport({
    host,
    port,
    secure: tls,
    // A password must not travel in the open.
    requireTLS: pass !== undefined && !tls,
    ...(user === undefined || pass === undefined ? {} : { auth: { user, pass } }),
    connectionTimeout: limit,
    greetingTimeout: limit,
    socketTimeout: limit,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return {
    name,
    async send(notification) {
      try {
        await transport.sendMail({
          from,
          to: [...to],
          subject: title(notification),
          text: plainText(notification),
          // The same for every attempt: a mail program shows it once.
          messageId: `<${notification.id}@culprit.invalid>`,
          headers: { "Auto-Submitted": "auto-generated" },
          attachments: [
            {
              filename: "alert.json",
              content: JSON.stringify(webhookBody(notification), null, 1),
              contentType: "application/json",
            },
          ],
        });
        return { outcome: "delivered" };
      } catch (error) {
        return failureOf(error as MailError);
      }
    },
  };
}

/** 5xx is for good, as SMTP says; the words of the server may repeat addresses, so they are left out. */
function failureOf({ code, responseCode }: MailError): Delivery {
  if (responseCode === undefined) {
    return { outcome: "retry", reason: `the mail server cannot be reached (${code ?? "unknown"})` };
  }
  const reason = `SMTP ${responseCode}`;
  return responseCode >= 500 ? { outcome: "refused", reason } : { outcome: "retry", reason };
}
