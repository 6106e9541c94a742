// Asks as a Go program does that follows docs/clients.md.
//
//	ask postgres|mysql    prints the number of orders
package main

import (
	"database/sql"
	"fmt"
	"os"

	_ "github.com/go-sql-driver/mysql"
	_ "github.com/lib/pq"
)

func ask(driver string) (n int, err error) {
	db, err := sql.Open(driver, os.Getenv("DSN")) // lib/pq reads the environment where it is empty
	if err != nil {
		return 0, err
	}
	defer db.Close()
	err = db.QueryRow("SELECT count(*) FROM orders").Scan(&n)
	return n, err
}

func main() {
	n, err := ask(os.Args[1])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Println(n)
}
