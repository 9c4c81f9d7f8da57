// @ts-check
/** What the portal's pages say, in English, German and Chinese. The elements have words of their own. */

/** @typedef {Record<string, string>} Words */

/** @type {Words} */
const EN = {
  skip: 'Skip to your jobs',
  checkPath: 'Connection check',
  newJob: 'New job',
  what: 'What should be done?',
  dropFiles: 'Drop files here',
  or: 'or',
  choose: 'choose',
  oneFile: 'one file',
  someFiles: 'one file or more',
  optional: 'optional',
  chosen: 'Chosen files',
  removeFile: 'Remove {0}',
  title: 'Title',
  start: 'Start',
  upload: 'Upload',
  uploaded: '{0} of {1}',
  cancel: 'Cancel',
  finishing: 'Finishing…',
  yourJobs: 'Your jobs',
  search: 'Search your jobs',
  deleteFinished: 'Delete all finished',
  deleteQuestion: 'Delete {0} finished jobs with their logs and files? This cannot be undone.',
  delete: 'Delete',
  deleting: '{0} of {1} deleted',
  keep: 'Keep them',
  noneFinished: 'There are no finished jobs.',
  started: '“{0}” was started.',
  signIn: 'Sign in',
  signOut: 'Sign out',
  signedOut: 'You are not signed in.',
  signInTo: 'Sign in to Tidings',
  name: 'Name',
  password: 'Password',
  wrongPassword: 'The name or the password is wrong.',
  live: 'Live',
  polling: 'Live, by polling',
  connecting: 'Connecting…',
  offline: 'Offline',
  trouble: 'Reconnecting…',
  out: 'Signed out',
  gateway:
    'Something between this page and the server answers in its place. You may be signed out, or a gateway may block the way. The connection check tells more.',
  cannotShow: 'Your jobs cannot be shown. {0}',
  noTypes: 'The job types could not be loaded. {0}',
  retrying: 'The connection failed. Trying again in {0}.',
  needFile: 'Please choose a file.',
  needFiles: 'Please choose at least {0} files.',
  needScript: 'This page needs JavaScript.',
  moreSettings: 'More settings',
  example: 'e.g. {0}',
  fillIn: '{0}: please fill this in.',
  notJson: '{0}: this is not JSON.',
  wrongForm: '{0}: this does not have the right form.',
  notNumber: '{0}: please give a number.',
  notWhole: '{0}: please give a whole number.',
  atLeast: '{0}: at least {1}.',
  atMost: '{0}: at most {1}.',
  pickOne: '{0}: please pick at least one.',
};

/** @type {Words} */
const DE = {
  skip: 'Zu Ihren Aufträgen',
  checkPath: 'Verbindung prüfen',
  newJob: 'Neuer Auftrag',
  what: 'Was soll getan werden?',
  dropFiles: 'Dateien hier ablegen',
  or: 'oder',
  choose: 'auswählen',
  oneFile: 'eine Datei',
  someFiles: 'eine oder mehrere Dateien',
  optional: 'freiwillig',
  chosen: 'Gewählte Dateien',
  removeFile: '{0} entfernen',
  title: 'Titel',
  start: 'Starten',
  upload: 'Hochladen',
  uploaded: '{0} von {1}',
  cancel: 'Abbrechen',
  finishing: 'Wird abgeschlossen …',
  yourJobs: 'Ihre Aufträge',
  search: 'In Ihren Aufträgen suchen',
  deleteFinished: 'Alle fertigen löschen',
  deleteQuestion:
    '{0} fertige Aufträge mit Protokoll und Dateien löschen? Das lässt sich nicht rückgängig machen.',
  delete: 'Löschen',
  deleting: '{0} von {1} gelöscht',
  keep: 'Behalten',
  noneFinished: 'Es gibt keine fertigen Aufträge.',
  started: '„{0}“ wurde gestartet.',
  signIn: 'Anmelden',
  signOut: 'Abmelden',
  signedOut: 'Sie sind nicht angemeldet.',
  signInTo: 'Bei Tidings anmelden',
  name: 'Name',
  password: 'Kennwort',
  wrongPassword: 'Name oder Kennwort ist falsch.',
  live: 'Live',
  polling: 'Live, durch Abfragen',
  connecting: 'Verbindung wird aufgebaut …',
  offline: 'Offline',
  trouble: 'Verbindung wird erneuert …',
  out: 'Abgemeldet',
  gateway:
    'Etwas zwischen dieser Seite und dem Server antwortet an seiner Stelle. Vielleicht sind Sie abgemeldet, oder ein Gateway sperrt den Weg. „Verbindung prüfen“ sagt mehr.',
  cannotShow: 'Ihre Aufträge können nicht gezeigt werden. {0}',
  noTypes: 'Die Auftragsarten konnten nicht geladen werden. {0}',
  retrying: 'Die Verbindung ist abgebrochen. Neuer Versuch in {0}.',
  needFile: 'Bitte wählen Sie eine Datei.',
  needFiles: 'Bitte wählen Sie mindestens {0} Dateien.',
  needScript: 'Diese Seite braucht JavaScript.',
  moreSettings: 'Weitere Einstellungen',
  example: 'z. B. {0}',
  fillIn: '{0}: Bitte ausfüllen.',
  notJson: '{0}: Das ist kein JSON.',
  wrongForm: '{0}: Das hat nicht die richtige Form.',
  notNumber: '{0}: Bitte eine Zahl angeben.',
  notWhole: '{0}: Bitte eine ganze Zahl angeben.',
  atLeast: '{0}: mindestens {1}.',
  atMost: '{0}: höchstens {1}.',
  pickOne: '{0}: Bitte mindestens eines wählen.',
  'digest.title': 'Prüfsummen',
  'digest.description': 'Berechnet Prüfsummen von Dateien, so wie sha256sum sie schreibt und prüft.',
  'digest.algorithms.title': 'Verfahren',
  'csv-profile.title': 'CSV-Profil',
  'csv-profile.description':
    'Liest eine CSV-Datei und sagt Spalte für Spalte, was darin steht: Typen, Lücken, häufige Werte, Quantile.',
  'csv-profile.delimiter.title': 'Trennzeichen',
  'csv-profile.charset.title': 'Zeichensatz',
  'csv-profile.header.title': 'Erste Zeile nennt die Spalten',
  'countdown.title': 'Countdown',
  'countdown.description':
    'Zählt Schritte, deren jeder eine Weile dauert. Zum Ausprobieren und für Lasttests.',
  'countdown.steps.title': 'Schritte',
  'countdown.interval.title': 'Dauer eines Schritts',
};

/** @type {Words} */
const ZH = {
  skip: '跳到您的任务',
  checkPath: '检查连接',
  newJob: '新任务',
  what: '要做什么?',
  dropFiles: '将文件拖到此处',
  or: '或',
  choose: '选择',
  oneFile: '一个文件',
  someFiles: '一个或多个文件',
  optional: '可选',
  chosen: '已选文件',
  removeFile: '移除 {0}',
  title: '标题',
  start: '开始',
  upload: '上传',
  uploaded: '{0} / {1}',
  cancel: '取消',
  finishing: '正在完成…',
  yourJobs: '您的任务',
  search: '搜索您的任务',
  deleteFinished: '删除所有已结束的任务',
  deleteQuestion: '删除 {0} 个已结束的任务及其日志和文件?此操作无法撤销。',
  delete: '删除',
  deleting: '已删除 {0} / {1}',
  keep: '保留',
  noneFinished: '没有已结束的任务。',
  started: '“{0}”已开始。',
  signIn: '登录',
  signOut: '退出登录',
  signedOut: '您尚未登录。',
  signInTo: '登录 Tidings',
  name: '用户名',
  password: '密码',
  wrongPassword: '用户名或密码错误。',
  live: '实时',
  polling: '实时(轮询)',
  connecting: '正在连接…',
  offline: '离线',
  trouble: '正在重新连接…',
  out: '已退出登录',
  gateway:
    '此页面与服务器之间有其他程序代为应答。您可能已退出登录,或者网关拦截了请求。“检查连接”会提供更多信息。',
  cannotShow: '无法显示您的任务。{0}',
  noTypes: '无法加载任务类型。{0}',
  retrying: '连接失败。{0}后重试。',
  needFile: '请选择一个文件。',
  needFiles: '请至少选择 {0} 个文件。',
  needScript: '此页面需要 JavaScript。',
  moreSettings: '更多设置',
  example: '例如 {0}',
  fillIn: '{0}:请填写。',
  notJson: '{0}:不是有效的 JSON。',
  wrongForm: '{0}:格式不正确。',
  notNumber: '{0}:请输入数字。',
  notWhole: '{0}:请输入整数。',
  atLeast: '{0}:至少为 {1}。',
  atMost: '{0}:最多为 {1}。',
  pickOne: '{0}:请至少选择一项。',
  'digest.title': '校验和',
  'digest.description': '计算文件的校验和,格式与 sha256sum 相同。',
  'digest.algorithms.title': '算法',
  'csv-profile.title': 'CSV 概况',
  'csv-profile.description': '读取 CSV 文件,逐列说明其内容:类型、空值、常见值、分位数。',
  'csv-profile.delimiter.title': '分隔符',
  'csv-profile.charset.title': '字符集',
  'csv-profile.header.title': '首行为列名',
  'countdown.title': '倒计时',
  'countdown.description': '逐步计数,每一步需要一段时间。用于试用和负载测试。',
  'countdown.steps.title': '步数',
  'countdown.interval.title': '每步时长',
};

/** @type {Record<string, Words>} */
const TEXTS = {en: EN, de: DE, zh: ZH};

/** The first language of the browser that the portal speaks. @param {readonly string[]} wanted BCP 47 tags */
export const chooseLanguage = (wanted) =>
  wanted.find((tag) => tag.toLowerCase().split('-')[0] in TEXTS) ?? 'en';

/** The page's language: what the browser prefers. */
export const language = chooseLanguage(globalThis.navigator?.languages ?? []);

const words = TEXTS[language.toLowerCase().split('-')[0]];

/** @param {string} key @param {...unknown} values */
export function say(key, ...values) {
  return (words[key] ?? EN[key] ?? key).replace(/\{(\d)\}/g, (_, n) => String(values[Number(n)] ?? ''));
}

/** What the page calls a thing of a job type, where it has words of its own for it. @param {string} key @param {string} otherwise the server's words */
export const sayOr = (key, otherwise) => words[key] ?? otherwise;

/** Puts the words of the page's language into what the HTML marks by `data-text`, `data-label` (its name for assistive technology) and `data-hint` (its placeholder). */
export function translatePage() {
  document.documentElement.lang = language;
  for (const element of document.querySelectorAll('[data-text]'))
    element.textContent = say(element.getAttribute('data-text') ?? '');
  for (const element of document.querySelectorAll('[data-label]'))
    element.setAttribute('aria-label', say(element.getAttribute('data-label') ?? ''));
  for (const element of document.querySelectorAll('[data-hint]'))
    element.setAttribute('placeholder', say(element.getAttribute('data-hint') ?? ''));
}
