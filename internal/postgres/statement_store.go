package postgres

import (
	"container/list"
	"context"
	"database/sql/driver"
	"errors"

	"github.com/lib/pq"
)

// maxStatements is how many statements one connection keeps prepared; the
// product has a few hundred texts, of which a process uses some tens often.
const maxStatements = 128

// preparing is a connector whose connections keep statements prepared. lib/pq
// sends a statement with arguments in two round trips and has it parsed and
// planned each time; from its second use on this makes it one, without the
// callers keeping statements themselves.
type preparing struct{ driver.Connector }

func (p preparing) Connect(ctx context.Context) (driver.Conn, error) {
	c, err := p.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	full, ok := c.(pqConn)
	if !ok { // another driver version: works, only slower
		return c, nil
	}
	return &preparedConn{pqConn: full, statements: map[string]*list.Element{}, recent: list.New()}, nil
}

// pqConn is what lib/pq's connections can do.
type pqConn interface {
	driver.Conn
	driver.ConnBeginTx
	driver.ConnPrepareContext
	driver.ExecerContext
	driver.QueryerContext
	driver.NamedValueChecker
	driver.Pinger
	driver.SessionResetter
	driver.Validator
}

type preparedConn struct {
	pqConn
	statements map[string]*list.Element // of *prepared
	recent     *list.List               // most recently used first
}

type prepared struct {
	query string
	pqStmt
}

type pqStmt interface {
	driver.Stmt
	driver.StmtExecContext
	driver.StmtQueryContext
}

// statement finds or prepares; nil means that the text is not to be kept.
func (c *preparedConn) statement(ctx context.Context, query string, args int) (pqStmt, error) {
	if args == 0 { // one round trip anyway, and perhaps several statements in one text
		return nil, nil
	}
	if e, ok := c.statements[query]; ok {
		c.recent.MoveToFront(e)
		return e.Value.(*prepared), nil
	}
	s, err := c.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	full, ok := s.(pqStmt)
	if !ok {
		return nil, s.Close()
	}
	c.statements[query] = c.recent.PushFront(&prepared{query: query, pqStmt: full})
	if c.recent.Len() > maxStatements {
		c.forget(c.recent.Back().Value.(*prepared).query)
	}
	return full, nil
}

func (c *preparedConn) forget(query string) {
	if e, ok := c.statements[query]; ok {
		delete(c.statements, query)
		_ = c.recent.Remove(e).(*prepared).Close()
	}
}

// outdated tells that a table changed under a kept statement, as in a migration.
func outdated(err error) bool {
	var pe *pq.Error
	return errors.As(err, &pe) && pe.Code == "0A000"
}

func (c *preparedConn) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	s, err := c.statement(ctx, query, len(args))
	if err != nil {
		return nil, err
	}
	if s == nil {
		return c.pqConn.QueryContext(ctx, query, args)
	}
	rows, err := s.QueryContext(ctx, args)
	if outdated(err) {
		c.forget(query)
		if again, err := c.pqConn.QueryContext(ctx, query, args); err == nil { // fails in a transaction, which is lost
			return again, nil
		}
	}
	return rows, err
}

func (c *preparedConn) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	s, err := c.statement(ctx, query, len(args))
	if err != nil {
		return nil, err
	}
	if s == nil {
		return c.pqConn.ExecContext(ctx, query, args)
	}
	result, err := s.ExecContext(ctx, args)
	if outdated(err) {
		c.forget(query)
		if again, err := c.pqConn.ExecContext(ctx, query, args); err == nil { // fails in a transaction, which is lost
			return again, nil
		}
	}
	return result, err
}
