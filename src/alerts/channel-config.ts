import { z } from "zod";

const variable = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, "is not the name of a variable");

const slack = z
  .strictObject({
    type: z.literal("slack"),
    url_env: variable
      .default("SLACK_WEBHOOK_URL")
      .describe("the variable that holds the incoming webhook's URL"),
    url_file: z.string().optional().describe("or the file that holds it, relative to this file"),
  })
  .describe("a Slack incoming webhook");

const webhook = z
  .strictObject({
    type: z.literal("webhook"),
    url_env: variable.optional().describe("the variable that holds the URL"),
    url_file: z.string().optional().describe("or the file that holds it"),
    token_env: variable.optional().describe("the variable that holds a bearer token"),
    token_file: z.string().optional().describe("or the file that holds it"),
  })
  .refine(({ url_env, url_file }) => (url_env ?? url_file) !== undefined, {
    error: "needs url_env, the variable that holds its URL, or url_file",
  })
  .describe("a server that takes Alertmanager's webhooks, version 4");

const email = z
  .strictObject({
    type: z.literal("email"),
    host: z.string().describe("the mail server"),
    port: z.int().min(1).max(65_535).default(587),
    tls: z.boolean().default(false).describe("TLS from the first byte, as on port 465"),
    from: z.string().describe("who writes"),
    to: z.union([z.string(), z.array(z.string()).min(1)]).describe("one address or several"),
    user: z.string().optional(),
    password_env: variable.optional().describe("the variable that holds the password"),
    password_file: z.string().optional().describe("or the file that holds it"),
  })
  .describe("mail by SMTP");

const command = z
  .strictObject({
    type: z.literal("command"),
    command: z
      .array(z.string())
      .min(1)
      .describe(
        "the program and its arguments; no shell is started, the alert is JSON on its input",
      ),
  })
  .describe("a program of your own");

/** A channel as `culprit.yaml` describes it. Secrets are named, never written. */
export const channelSchema = z.discriminatedUnion("type", [slack, webhook, email, command], {
  error: "needs a type: slack, webhook, email or command",
});

export type ChannelConfig = z.infer<typeof channelSchema>;
