import { memo, type ReactNode } from 'react';
import { Cell, Column, Row, Table, TableBody, TableHeader } from 'react-aria-components/Table';
import { TableLayout, Virtualizer } from 'react-aria-components/Virtualizer';

export type DataColumn<T> = {
  readonly id: string;
  readonly title: string;
  readonly cell: (row: T) => ReactNode;
  /** Pixels; one column without takes what is left, and is never so narrow that names can not be told apart. */
  readonly width?: number;
  readonly align?: 'end';
};
type Props<T> = {
  readonly label: string;
  readonly rows: readonly T[];
  readonly columns: readonly DataColumn<T>[];
  readonly idOf: (row: T) => string;
  /** Where a row leads. */
  readonly linkOf?: (row: T) => string;
  readonly empty: string;
  /** In lines; a longer list scrolls, and only what is seen of it is in the page. */
  readonly linesMax?: number;
};

const LINE_PX = 32;
const HEAD_PX = 32;
const FLEXIBLE_PX_MIN = 200;

function Rows<T extends object>(props: Props<T>) {
  const { label, rows, columns, idOf, linkOf, empty, linesMax = 20 } = props;
  const lines = Math.max(1, Math.min(rows.length, linesMax));
  return (
    <Virtualizer layout={TableLayout} layoutOptions={{ rowHeight: LINE_PX, headingHeight: HEAD_PX }}>
      <Table
        aria-label={label}
        className="data-table"
        style={{ height: HEAD_PX + lines * LINE_PX + 2 }}
        selectionMode="none"
      >
        <TableHeader columns={columns as DataColumn<T>[]}>
          {(column) => (
            <Column
              id={column.id}
              isRowHeader={column.id === columns[0]?.id}
              className={column.align === 'end' ? 'column end' : 'column'}
              {...(column.width === undefined
                ? { width: '1fr' as const, minWidth: FLEXIBLE_PX_MIN }
                : { width: column.width })}
            >
              {column.title}
            </Column>
          )}
        </TableHeader>
        <TableBody
          items={rows as T[]}
          dependencies={[columns]}
          renderEmptyState={() => <p className="empty">{empty}</p>}
        >
          {(row) => (
            <Row
              id={idOf(row)}
              columns={columns as DataColumn<T>[]}
              {...(linkOf === undefined ? {} : { href: linkOf(row) })}
            >
              {(column) => (
                <Cell className={column.align === 'end' ? 'cell end' : 'cell'}>{column.cell(row)}</Cell>
              )}
            </Row>
          )}
        </TableBody>
      </Table>
    </Virtualizer>
  );
}

/**
 * A table that stays quick with many rows: the library makes only those that are seen, and none of them again while nothing of it changes. So
 * `columns`, `idOf` and `linkOf` are constants of their page.
 */
export const DataTable = memo(Rows) as typeof Rows;
