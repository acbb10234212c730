/**
 * The key of a service that asks for one. It is kept in this tab, until that is closed, and leaves it in a header alone.
 */

const NAME = "digits-key";

/** Where the browser lets the page keep nothing, the key lasts as long as the page. */
/** @type {string | null} */
let held = null;

/** @returns {string | null} */
export function heldKey() {
  return held ?? stored();
}

/** @param {string | null} key null to forget it */
export function holdKey(key) {
  held = key;
  try {
    if (key === null) sessionStorage.removeItem(NAME);
    else sessionStorage.setItem(NAME, key);
  } catch {
    // then it is in memory alone
  }
}

function stored() {
  try {
    return sessionStorage.getItem(NAME);
  } catch {
    return null;
  }
}
