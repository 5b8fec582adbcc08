using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Tiltas.Directory.Storage.Migrations;

[DbContext(typeof(DirectoryStore))]
[Migration("20261122000005_Speed")]
internal sealed class Speed : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql("""
        -- Matching asks which services, and in which version: that stands in the index alone. With the withdrawn ones, because a search by
        -- words that name a need finds those too. It takes the place of services_need.
        CREATE INDEX services_matching ON services (need, id) INCLUDE (version, changed_at, areas, withdrawn_at);
        DROP INDEX services_need;
        -- Few agencies take no part: matching reads them all.
        CREATE INDEX agencies_apart ON agencies (id, standing) WHERE standing <> 'Active';
        """);
}
