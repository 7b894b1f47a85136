import { webhookBody } from "../alertmanager.js";
import type { Channel, ChannelContext } from "../channel.js";
import { deliveryOf, postAddress, postJson } from "../http.js";
import { secretAt, type SecretPlace } from "../secret.js";

/** Any server that takes the webhooks of Alertmanager; `token` goes into the Authorization header. */
export async function webhookChannel(
  name: string,
  url: SecretPlace,
  token: SecretPlace | undefined,
  context: ChannelContext,
): Promise<Channel> {
  const address = postAddress(await secretAt(url, "URL", name, context), name);
  const bearer = token && (await secretAt(token, "token", name, context));
  const headers = bearer === undefined ? {} : { authorization: `Bearer ${bearer}` };
  return {
    name,
    async send(notification) {
      const own = { ...headers, "idempotency-key": notification.id };
      return deliveryOf(await postJson(address, webhookBody(notification), own, context));
    },
  };
}
