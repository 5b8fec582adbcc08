using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Tiltas.Contracts;
using Tiltas.Directory.Memoranda;
using static Tiltas.Directory.Storage.DirectoryStore;

namespace Tiltas.Directory.Storage;

/// <summary>Memoranda, their versions and drafts, as they lie in the store.</summary>
internal static class MemorandumTables
{
    public static void AddTo(ModelBuilder model)
    {
        model.Entity<Memorandum>(Map);
        model.Entity<MemorandumVersion>(Map);
        model.Entity<Draft>(Map);
    }

    private static void Map(EntityTypeBuilder<Memorandum> memorandum)
    {
        memorandum.ToTable("memoranda");
        memorandum.HasKey(m => m.Id);
        memorandum.Property(m => m.Id).HasColumnName("id");
        memorandum.Property(m => m.Version).HasColumnName("version").IsConcurrencyToken();
        memorandum.Property(m => m.TermsVersion).HasColumnName("terms_version");
        Names(memorandum.Property(m => m.Parties).HasColumnName("parties"), party => party.Value, AgencyId.From);
        Json(memorandum.Property(m => m.Clauses).HasColumnName("clauses"));
        Codes(memorandum.Property(m => m.DataClasses).HasColumnName("data_classes"));
        Codes(memorandum.Property(m => m.Purposes).HasColumnName("purposes"));
        Codes(memorandum.Property(m => m.Needs).HasColumnName("needs"));
        memorandum.Property(m => m.ValidFrom).HasColumnName("valid_from");
        memorandum.Property(m => m.ValidTo).HasColumnName("valid_to");
        memorandum.Property(m => m.AtEnd).HasColumnName("at_end");
        memorandum.Property(m => m.FinishDays).HasColumnName("finish_days");
        Json(memorandum.Property(m => m.Title).HasColumnName("title"));
        memorandum.Property(m => m.DocumentHash).HasColumnName("document_hash");
        Json(memorandum.Property(m => m.Source!).HasColumnName("source"));
        memorandum.Property(m => m.Illustrative).HasColumnName("illustrative");
        memorandum.Property(m => m.ChangedAt).HasColumnName("changed_at");
        memorandum.Property(m => m.EndedOn).HasColumnName("ended_on");
        Json(memorandum.Property(m => m.Suspensions!).HasColumnName("suspensions"));
        Json(memorandum.Property(m => m.Signatures!).HasColumnName("signatures"));
    }

    private static void Map(EntityTypeBuilder<MemorandumVersion> version)
    {
        version.ToTable("memorandum_versions");
        version.HasKey(v => new { v.Id, v.Version });
        version.Property(v => v.Id).HasColumnName("id");
        version.Property(v => v.Version).HasColumnName("version").ValueGeneratedNever();
        version.Property(v => v.Change).HasColumnName("change");
        version.Property(v => v.By).HasColumnName("by_agency");
        Json(version.Property(v => v.Memorandum).HasColumnName("memorandum"));
    }

    private static void Map(EntityTypeBuilder<Draft> draft)
    {
        draft.ToTable("memorandum_drafts");
        draft.HasKey(d => d.Id);
        draft.Property(d => d.Id).HasColumnName("id");
        draft.Property(d => d.Version).HasColumnName("version").IsConcurrencyToken();
        draft.Property(d => d.Revision).HasColumnName("revision");
        draft.Property(d => d.DraftedBy).HasColumnName("drafted_by");
        draft.Property(d => d.Replaces).HasColumnName("replaces");
        Names(draft.Property(d => d.Signers).HasColumnName("signers"), party => party.Value, AgencyId.From);
        Names(draft.Property(d => d.Parties).HasColumnName("parties"), party => party.Value, AgencyId.From);
        Json(draft.Property(d => d.Clauses).HasColumnName("clauses"));
        draft.Property(d => d.ValidFrom).HasColumnName("valid_from");
        draft.Property(d => d.ValidTo).HasColumnName("valid_to");
        draft.Property(d => d.AtEnd).HasColumnName("at_end");
        draft.Property(d => d.FinishDays).HasColumnName("finish_days");
        Json(draft.Property(d => d.Title).HasColumnName("title"));
        draft.Property(d => d.DocumentHash).HasColumnName("document_hash");
        draft.Property(d => d.Illustrative).HasColumnName("illustrative");
        draft.Property(d => d.DraftedAt).HasColumnName("drafted_at");
        Json(draft.Property(d => d.Signatures).HasColumnName("signatures"));
    }
}
