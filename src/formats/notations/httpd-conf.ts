import { dirname, resolve } from "node:path";
import { chooseFormat, includedFiles, readConf, type ConfFormat } from "./conf-files.js";

/** What Apache writes where no LogFormat says otherwise. */
const CLF = '%h %l %u %t "%r" %>s %b';

/**
 * The LogFormat that an httpd.conf's CustomLog uses, with what it includes; `name` chooses among
 * several. https://httpd.apache.org/docs/2.4/mod/mod_log_config.html#customlog
 */
export function httpdConfFormat(path: string, name?: string): ConfFormat {
  const formats = new Map<string, ConfFormat>();
  const used: string[] = [];
  const seen = new Set<string>();
  const main = resolve(path);
  let root = dirname(main);
  let unnamed = CLF;
  const read = (file: string): void => {
    if (seen.has(file)) return;
    seen.add(file);
    for (const [directive = "", ...args] of httpdDirectives(readConf(file))) {
      const [first = "", second] = args;
      switch (directive.toLowerCase()) {
        case "serverroot":
          root = first;
          break;
        case "include":
        case "includeoptional":
          includedFiles(first, [root, dirname(main), dirname(dirname(main))]).forEach(read);
          break;
        case "logformat":
          if (second === undefined) unnamed = first;
          else formats.set(second, { name: second, choice: `${path}#${second}`, notation: first });
          break;
        case "customlog":
        case "globallog":
          if (second !== undefined) used.push(second);
          break;
        case "transferlog":
          used.push(unnamed);
          break;
      }
    }
  };
  read(main);
  const find = (format: string): ConfFormat[] => {
    if (format.includes("%")) return [{ name: "", choice: format, notation: format }];
    return [...formats.values()].filter((known) => known.name === format);
  };
  return chooseFormat(path, name, used.flatMap(find), [...formats.values()]);
}

/** Every directive of an Apache configuration with its arguments; sections are opened, not nested. */
export function* httpdDirectives(conf: string): Generator<string[]> {
  for (const line of conf.replace(/\\\r?\n/g, " ").split(/\r?\n/)) {
    const text = line.trim();
    if (text === "" || text.startsWith("#") || text.startsWith("<")) continue;
    const words = [...text.matchAll(/"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|(\S+)/g)];
    yield words.map(
      ([, double, single, bare]) => bare ?? (double ?? single ?? "").replace(/\\(["'\\])/g, "$1"),
    );
  }
}
