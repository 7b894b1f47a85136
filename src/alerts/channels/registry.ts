import type { Channel, ChannelContext } from "../channel.js";
import type { ChannelConfig } from "../channel-config.js";
import { commandChannel } from "./command.js";
import { emailChannel } from "./email.js";
import type { SecretPlace } from "../secret.js";
import { slackChannel } from "./slack.js";
import { webhookChannel } from "./webhook.js";

/** Opens a channel as it is configured. */
export async function openChannel(
  name: string,
  config: ChannelConfig,
  context: ChannelContext,
): Promise<Channel> {
  if (config.type === "command") return commandChannel(name, config.command, context);
  if (config.type === "email") {
    const { password_env, password_file, ...settings } = config;
    const password = placeIf(password_env, password_file);
    return emailChannel(name, { ...settings, to: [settings.to].flat(), password }, context);
  }
  const url = { env: config.url_env, file: config.url_file };
  if (config.type === "slack") return slackChannel(name, url, context);
  return webhookChannel(name, url, placeIf(config.token_env, config.token_file), context);
}

/** Undefined where no place is named: there is no such secret. */
const placeIf = (env: string | undefined, file: string | undefined): SecretPlace | undefined =>
  env === undefined && file === undefined ? undefined : { env, file };
