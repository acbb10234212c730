/**
 * What the view of training says in words. Pure: records in, text out.
 */

import { figure } from "../charts/scale.js";

/** What a network reads is told to have become good from here. */
const GOOD = 0.9;

/** Of ten digits by luck, and a little more. */
const LUCK = 0.2;

/** Too few to have come far. */
const FEW_STEPS = 100;

/** The loss of ten equal chances: the natural logarithm of 10. */
const EVEN_LOSS = Math.log(10);

const LEARNS = "It learns: the loss falls, and more digits are read.";

/** How the runs are called. */
export const NAMES = ["A", "B", "C"];

/** @param {number | null | undefined} share @returns {string} "91.2 %" */
export function percent(share) {
  return share === null || share === undefined ? "–" : `${(100 * share).toFixed(1)}\u2009%`;
}

/** @param {import("./record.js").Record} record @returns {string} how far it is */
export function progressWords({ info, frame }) {
  const step = frame?.step ?? 0;
  const epoch = Math.min(info.epochs, Math.floor(step / info.batches) + 1);
  return `epoch ${epoch} of ${info.epochs}, step ${step} of ${info.steps}, ${figure(frame?.seconds ?? 0)} s`;
}

/** @param {import("./record.js").Record} record @returns {{words: string, isBad: boolean}} how it goes */
export function judgement(record) {
  const { frame, ended } = record;
  if (ended?.why === "diverged") return { words: badWords(record), isBad: true };
  if (!frame) return { words: "Random weights: it knows nothing yet.", isBad: false };
  const accuracy = ended?.validation_accuracy ?? frame.validation.accuracy;
  const until = record.secondsUntil(GOOD);
  if (accuracy >= GOOD && until !== null) {
    return { words: `It passed ${100 * GOOD}\u2009% after ${figure(until)} s of computing.`, isBad: false };
  }
  if (accuracy < LUCK && (ended || record.moments.length > 15)) return { words: luckWords(record), isBad: true };
  if (frame.validation.loss > 1.5 * EVEN_LOSS && isOfClasses(record)) {
    return { words: "It errs, and is sure of it: the loss is above that of plain guessing.", isBad: true };
  }
  const words = ended ? `It reads ${percent(accuracy)} of the held-out digits.` : LEARNS;
  return { words, isBad: false };
}

function badWords({ ended }) {
  return `${sentence(ended.detail)} A step this long overshoots the valley, and the next one from higher up still further.`;
}

function luckWords({ frame, ended }) {
  if (ended && frame.step < FEW_STEPS) {
    return `It took ${frame.step} steps only, and hardly left the start: give it more epochs, or smaller batches.`;
  }
  const [advice] = ended?.advice ?? [];
  const why = advice ? plain(advice) : `The learning rate now is ${figure(frame.learning_rate)}`;
  return `It does no better than guessing one of ten (10\u2009%). ${sentence(why)}`;
}

/** @param {string} advice of the service, with settings' names in it @returns {string} with those of the knobs */
export function plain(advice) {
  return advice.replaceAll(/\b(?:network|learning|data|stopping)\.(\w+)/g, (_, name) => name.replaceAll("_", " "));
}

function isOfClasses({ info }) {
  return info.output === "softmax" && info.loss === "cross-entropy";
}

/** @param {string} words @returns {string} with a capital and a full stop */
export function sentence(words) {
  const end = /[.!?]$/.test(words) ? "" : ".";
  return words.charAt(0).toUpperCase() + words.slice(1) + end;
}

/** @param {any} layer of a frame @param {number} number from 1, or 0 for the output layer @returns {string} its name */
export function layerName({ units }, number) {
  return number === 0 ? `Output layer: ${units} logits` : `Hidden layer ${number}: ${units} units`;
}

/** @param {any} layer of a frame @returns {string} what is wrong with its units */
export function unitWords({ units, dead, saturated }) {
  if (dead === null && saturated === null) return "A logit for each digit; softmax makes chances of them.";
  const told = [];
  if (dead) told.push(`${dead} of ${units} dead: 0 for every image, so no gradient passes`);
  if (saturated) told.push(`${saturated} of ${units} saturated: at the flat end, where the gradient is next to 0`);
  return told.length > 0 ? sentence(told.join("; ")) : "None is dead, none saturated.";
}

/** @param {{ahead: number, why: "others" | "yours"}} waiting @returns {string} */
export function waitingWords({ ahead, why }) {
  if (why === "yours") {
    return "Another training of yours is under way, in another tab perhaps: this one begins when that has ended.";
  }
  const others = ahead === 1 ? "One training of somebody else is" : `${ahead} trainings of others are`;
  return `${others} before yours. It begins by itself.`;
}

/** @param {{message: string, status?: number}} error @returns {string} a refusal in plain words */
export function refusalWords({ message, status }) {
  if (status === 503) return `The lab is full just now. ${sentence(message)} Try again in a minute.`;
  if (status === 401) return "This service asks for a key. Give it above, and train again.";
  return sentence(message);
}

/** @param {any} ended as the service tells it @returns {string} why it ended, and how good it is */
export function endWords({ detail, validation_accuracy: accuracy }) {
  const measured = accuracy === null ? "" : ` It reads ${percent(accuracy)} of the digits that were held out.`;
  return sentence(detail) + measured;
}

/** @param {import("../state.js").Run} run @param {string[]} keys @param {import("../state.js").Knob[]} knobs @returns {string} what differs, such as "Batch size 1" */
export function differenceWords(run, keys, knobs) {
  const words = (key) => {
    const value = run[key];
    const shown = value === null ? "usual" : Array.isArray(value) ? value.join(",") || "none" : String(value);
    return `${knobs.find((knob) => knob.key === key)?.label ?? key} ${shown}`;
  };
  return keys.map(words).join(", ") || "the same";
}
