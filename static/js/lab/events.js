/**
 * Server-sent events out of a stream of text, as HTML's "event stream interpretation" has them. Pure: text in, events out.
 *
 * @typedef {{event: string, data: any}} StreamEvent its data read as JSON
 */

/** Takes the text in pieces, wherever they are cut. */
export class EventParser {
  #rest = "";
  #event = "";
  /** @type {string[]} */
  #data = [];

  /** @param {string} text @returns {StreamEvent[]} those that are complete with it */
  push(text) {
    const lines = (this.#rest + text).split(/\r\n|\n|\r(?!$)/);
    this.#rest = lines.pop() ?? "";
    return lines.flatMap((line) => this.#take(line));
  }

  /** An empty line ends an event; one that begins with a colon is a comment. */
  #take(line) {
    if (line === "") return this.#finish();
    const colon = line.indexOf(":");
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (field === "event") this.#event = value;
    if (field === "data") this.#data.push(value);
    return [];
  }

  #finish() {
    const [event, data] = [this.#event || "message", this.#data];
    this.#event = "";
    this.#data = [];
    return data.length === 0 ? [] : [{ event, data: JSON.parse(data.join("\n")) }];
  }
}

/**
 * Read a response's events until it ends.
 *
 * @param {ReadableStream<Uint8Array>} body
 * @param {(event: StreamEvent) => void} on
 */
export async function readEvents(body, on) {
  const parser = new EventParser();
  const decoder = new TextDecoder();
  const reader = body.getReader();
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    for (const event of parser.push(decoder.decode(part.value, { stream: true }))) on(event);
  }
}
