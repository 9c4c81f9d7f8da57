// @ts-check
/** The sign-in page in the user's language. The container shows the same page again after a wrong password, as the answer to the form. */
import {say, translatePage} from './texts.js';

translatePage();
document.title = say('signInTo');
const fault = document.getElementById('fault');
if (fault) fault.hidden = !location.pathname.endsWith('/j_security_check');
