/**
 * An amount of money: cents up to a thousand, whole units above.
 *
 * `money(0.5, "USD")` → `$0.50`, `money(1234.5, "USD")` → `$1,235`; a currency that Intl does not know
 * is written behind the number.
 */
export function money(amount: number, currency: string, locale = "en"): string {
  const digits = Math.abs(amount) < 999.995 ? 2 : 0;
  const options = { minimumFractionDigits: digits, maximumFractionDigits: digits };
  // -0.001 would be -0.00.
  const shown = Math.abs(amount) < 0.005 ? 0 : amount;
  try {
    return new Intl.NumberFormat(locale, { style: "currency", currency, ...options }).format(shown);
  } catch {
    return `${new Intl.NumberFormat("en", options).format(shown)} ${currency}`;
  }
}
