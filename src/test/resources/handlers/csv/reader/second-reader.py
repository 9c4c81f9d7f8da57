#!/usr/bin/env python3
"""A second reader of the files beside it: Python's csv and statistics, told by hand how each file is written.

Writes expected.json, which SecondReaderTest compares with the profile. Run it again when files are added:
    python3 second-reader.py > expected.json

A column is told as (name, kind): t text, i whole number, d decimal, D date, T date with time, H time of day, b boolean.
"""
import csv, datetime, io, json, math, os, re, statistics
from fractions import Fraction

HERE = os.path.dirname(os.path.abspath(__file__))
NULLS = {'', 'NA', 'NULL', 'NaN', 'nan', '\\N', '#NV', '#DIV/0!', '..', '--', '0000-00-00'}
TRUE = {'true', 'wahr', 'vrai', 'verdadero', 't'}

def spec(columns, encoding='utf-8', delimiter=',', skip=0, header=1, decimal='.', thousands='', date='%Y-%m-%d',
         time='%Y-%m-%d %H:%M:%S', escape=None, rownames=0, drop=()):
    return dict(columns=[c.rsplit(':', 1) for c in columns.split(' / ')], encoding=encoding, delimiter=delimiter, skip=skip,
                header=header, decimal=decimal, thousands=thousands, date=date, time=time, escape=escape,
                rownames=rownames, drop=drop)

DE = dict(encoding='cp1252', delimiter=';', decimal=',', thousands='.', date='%d.%m.%Y')
FILES = {
    'bank-de-camt.csv': spec('Auftragskonto:t / Buchungstag:D / Valutadatum:D / Verwendungszweck:t / Betrag:d / Währung:t',
                             **{**DE, 'date': '%d.%m.%y'}),
    'bank-de-n26.csv': spec('Date:D / Payee:t / Amount (EUR):d / Exchange Rate:d'),
    'bank-de-title.csv': spec('Buchung:D / Wert:D / Text:t / Betrag (€):d', skip=3, **DE),
    'bank-us-chase.csv': spec('Details:t / Posting Date:D / Description:t / Amount:d / Type:t / Balance:d / Check or Slip #:i',
                              date='%m/%d/%Y'),
    'bank-us-money.csv': spec('Date:D / Description:t / Debit:d / Credit:d', date='%m/%d/%Y', thousands=','),
    'bank-ch.csv': spec("Datum:D / Buchungstext:t / Belastung CHF:d / Gutschrift CHF:d", delimiter=';', thousands="'",
                        date='%d.%m.%Y'),
    'bank-fr.csv': spec('Date:D / Libellé:t / Montant:d', delimiter=';', decimal=',', thousands='\u202f ', date='%d/%m/%Y'),
    'bank-se.csv': spec('Bokföringsdag:D / Belopp:d / Meddelande:t', delimiter=';', decimal=',', thousands='\xa0'),
    'bank-in.csv': spec('Txn Date:D / Narration:t / Balance:d', thousands=',', date='%d-%b-%Y'),
    'bank-jp.csv': spec('取引日:D / 摘要:t / 金額:i', encoding='shift_jis', date='%Y/%m/%d'),
    'sap-alv.txt.csv': spec('Material:t / Werk:i / Bestand:d / Wert:d / BuDat:D / Löschkz:t', **{**DE, 'date': '%Y%m%d'}),
    'sap-minus.csv': spec('Konto:t / Betrag HW:d / Datum:D', **{**DE, 'encoding': 'utf-8', 'delimiter': '|'}),
    'excel-de.csv': spec('Name:t / Menge:i / Preis:d / Datum:D / Aktiv:b', **DE),
    'excel-de-utf8bom.csv': spec('Größe:d / Anteil:d / Notiz:t', encoding='utf-8-sig', delimiter=';', decimal=','),
    'excel-fr.csv': spec('Ville:t / Habitants:i / Surface (km²):d / Capitale:b', encoding='cp1252', delimiter=';', decimal=',',
                         thousands='\xa0 '),
    'excel-us.csv': spec('Item:t / Units:i / Price:d / Shipped:D / Active:b', skip=1, thousands=',', date='%m/%d/%Y'),
    'excel-unicode-text.csv': spec('Name:t / Stadt:t / Wert:d', encoding='utf-16', delimiter='\t', decimal=','),
    'excel-utf16be.csv': spec('Имя:t / Город:t / Сумма:d', encoding='utf-16-be'),
    'excel-pl.csv': spec('Nazwa:t / Cena:d / Data:D', encoding='utf-8-sig', delimiter=';', decimal=',', thousands=' \xa0',
                         date='%d.%m.%Y'),
    'excel-errors.csv': spec('id:i / wert:d', delimiter=';', decimal=','),
    'excel-es.csv': spec('Producto:t / Precio:d / Disponible:b', **DE),
    'r-write-csv.csv': spec('column 1:i / mpg:d / cyl:i / name:t'),
    'r-write-table.csv': spec('row names:t / mpg:d / cyl:i / am:b', delimiter='\t', rownames=1),
    'r-csv2.csv': spec('x:d / y:t', delimiter=';', decimal=','),
    'pandas-index.csv': spec('column 1:i / a:d / b:t / when:T'),
    'pandas-float.csv': spec('x:d / y:d'),
    'pandas-nan.csv': spec('id:i / score:d / ok:b'),
    'mysql-escaped.csv': spec('id:i / json:t / n:i', escape='\\'),
    'mysql-workbench.csv': spec('id:i / name:t / created:D'),
    'postgres-copy.csv': spec('id:i / active:b / note:t / at:T', time='%Y-%m-%d %H:%M:%S'),
    'worldbank.csv': spec('Country Name:t / Country Code:t / Indicator Name:t / 2019:i / 2020:i / 2021:i / column 7:t',
                          encoding='utf-8-sig', skip=4),
    'worldbank-missing.csv': spec('Country Name:t / Country Code:t / 2019 [YR2019]:d / 2020 [YR2020]:d'),
    'google-analytics.csv': spec('Day Index:D / Users:i / Bounce Rate:d / Avg. Session Duration:H', skip=6, thousands=',',
                                 date='%m/%d/%y'),
    'google-ads.csv': spec('Campaign:t / Clicks:i / Cost:d / CTR:d', skip=2, thousands=','),
    'google-sheets-de.csv': spec('Produkt:t / Preis:d / Menge:i', decimal=',', thousands='.'),
    'eurostat.csv': spec('geo:t / time:t / value:d', delimiter=';', thousands=' '),
    'dos-ctrlz.csv': spec('code:t / qty:i', encoding='cp1252'),
    'concatenated.csv': spec('id:i / city:t', drop=('id',)),
    'trailing-delimiter.csv': spec('a:i / b:i / c:i / column 4:t', delimiter=';'),
    'log-bars.csv': spec('time:T / level:t / ms:i', delimiter='|', time='%Y-%m-%dT%H:%M:%SZ'),
    'weather-de.csv': spec('STATIONS_ID:i / MESS_DATUM:D / TMK:d / RSK:d', delimiter=';', date='%Y%m%d'),
    'times.csv': spec('run:i / start:H / end:H / share:d'),
    'onecol.csv': spec('value:i'),
    'bigids.csv': spec('id:i / ratio:d'),
    'cyrillic-1251.csv': spec('Имя:t / Город:t / Сумма:d', encoding='cp1251', delimiter=';', decimal=',', thousands=' '),
    'us-dates-two-digit.csv': spec('order:i / day:D', date='%m/%d/%y'),
    'gb18030.csv': spec('编号:i / 城市:t / 金额:d', encoding='gb18030'),
}

def number(text, how):
    negative = text.startswith('(') or text.startswith('-') or text.endswith('-') or text.startswith('\u2212')
    for mark in how['thousands']:
        text = text.replace(mark, '')
    digits = re.search(r'[0-9][0-9.,]*(?:[eE][+-]?[0-9]+)?', text).group().replace(how['decimal'], '.')
    return Fraction(digits) * (-1 if negative else 1)

def iso(text, kind, how):
    if kind == 'D':
        return datetime.datetime.strptime(text, how['date']).date().isoformat()
    if kind == 'H':
        return datetime.time(*map(int, text.split(':'))).isoformat()
    utc = 'Z' in text or text.endswith('+00')
    text = re.sub(r'(\.[0-9]+)?\+00$', '', text)
    return datetime.datetime.strptime(text, how['time']).isoformat() + ('Z' if utc else '')

def figures(kind, values, how):
    # NA among texts may be Namibia: the profile counts it as a text, and says so.
    nulls = NULLS - {'NA'} if kind == 't' else NULLS
    found = {'nulls': sum(v in nulls for v in values)}
    values = [v for v in values if v not in nulls]
    found['distinct'] = len(set(values))
    if not values:
        return {**found, 'type': 'empty'}
    names = {'t': 'text', 'i': 'integer', 'd': 'decimal', 'D': 'date', 'T': 'datetime', 'H': 'time', 'b': 'boolean'}
    found['type'] = names[kind]
    if kind in 'id':
        exact = sorted(number(v, how) for v in values)
        found |= {'min': str(float(exact[0])) if kind == 'd' else str(exact[0]),
                  'max': str(float(exact[-1])) if kind == 'd' else str(exact[-1]),
                  'mean': float(statistics.mean(exact)),
                  'p50': float(exact[math.ceil(len(exact) / 2) - 1]),
                  'standardDeviation': statistics.stdev(map(float, exact)) if len(exact) > 1 else 0.0}
    elif kind in 'DTH':
        found |= {'min': min(iso(v, kind, how) for v in values), 'max': max(iso(v, kind, how) for v in values)}
    elif kind == 'b':
        found['true'] = sum(v.lower() in TRUE for v in values)
    else:
        found |= {'min': min(values, key=lambda v: v.encode('utf-16-be')), 'max': max(values, key=lambda v: v.encode('utf-16-be'))}
    return found

def profile(name, how):
    with open(os.path.join(HERE, name), 'rb') as file:
        text = file.read().decode(how['encoding']).replace('\ufeff', '').rstrip('\x1a')
    if how['escape']:
        text = text.replace(',\\N,', ',NULL,')  # csv takes it for an escaped N
    lines = io.StringIO(text, newline='').readlines()
    rows = list(csv.reader(io.StringIO(''.join(lines[how['skip']:]), newline=''), delimiter=how['delimiter'],
                           escapechar=how['escape'], doublequote=how['escape'] is None))
    width = len(how['columns'])
    rows = [row for row in rows[how['header']:] if (row or width == 1) and not (how['drop'] and row[0] in how['drop'])]
    rows = [[v.strip() for v in row] + [''] * (width - len(row)) for row in rows]
    return {'rows': len(rows),
            'columns': {column: figures(kind, [row[i] for row in rows], how)
                        for i, (column, kind) in enumerate(how['columns'])}}

print(json.dumps({name: profile(name, FILES[name]) for name in sorted(FILES)}, indent=1, ensure_ascii=False))
