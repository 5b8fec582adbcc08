using System.Buffers;
using Tiltas.Grpc.Wire;

namespace Tiltas.Grpc.Tests.Wire;

public sealed class FramesTests
{
    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public Segment(byte[] bytes) => Memory = bytes;

        public Segment Then(byte[] bytes)
        {
            var next = new Segment(bytes) { RunningIndex = RunningIndex + Memory.Length };
            Next = next;
            return next;
        }
    }

    /// <summary>However the network cuts it, the same messages come out; the oracle is the list they were made of.</summary>
    [Fact]
    public void Messages_ComeOutWhole_HoweverTheBytesAreCut()
    {
        var random = new Random(5);
        for (var round = 0; round < 2_000; round++)
        {
            var messages = Enumerable.Range(0, random.Next(1, 5)).Select(_ => (Flag: (byte)random.Next(2), Payload: RandomBytes(random, random.Next(40)))).ToList();
            var all = messages.SelectMany(message => Kit.RawCaller.Frame(message.Payload, message.Flag)).ToArray();
            var kept = all[..random.Next(all.Length + 1)];
            var buffer = Cut(random, kept);
            var at = 0;
            foreach (var (flag, payload) in messages)
            {
                var whole = at + 5 + payload.Length <= kept.Length;
                var before = buffer.Length;
                var result = Frames.TryRead(ref buffer, null, out var compressed, out var found);
                Assert.Equal(whole ? FrameResult.Message : FrameResult.Incomplete, result);
                if (!whole)
                {
                    Assert.Equal(before, buffer.Length);
                    break;
                }
                Assert.Equal(flag == 1, compressed);
                Assert.Equal(payload, found.ToArray());
                at += 5 + payload.Length;
            }
        }
    }

    [Theory]
    [InlineData(new byte[] { 2 }, FrameResult.BadFlag)]
    [InlineData(new byte[] { 255, 0, 0, 0, 0 }, FrameResult.BadFlag)]
    [InlineData(new byte[] { 0, 0, 0, 0 }, FrameResult.Incomplete)]
    [InlineData(new byte[] { 0, 0, 0, 0, 9 }, FrameResult.TooLarge)]
    [InlineData(new byte[] { 1, 255, 255, 255, 255 }, FrameResult.TooLarge)]
    [InlineData(new byte[] { 0, 0, 0, 0, 8 }, FrameResult.Incomplete)]
    public void Headers_AreJudgedBeforeTheMessageComes(byte[] bytes, object result)
    {
        var buffer = new ReadOnlySequence<byte>(bytes);
        Assert.Equal(result, Frames.TryRead(ref buffer, 8, out _, out _));
    }

    private static byte[] RandomBytes(Random random, int length)
    {
        var bytes = new byte[length];
        random.NextBytes(bytes);
        return bytes;
    }

    private static ReadOnlySequence<byte> Cut(Random random, byte[] bytes)
    {
        var first = new Segment([]);
        var last = first;
        for (var at = 0; at < bytes.Length;)
        {
            var length = Math.Min(random.Next(1, 9), bytes.Length - at);
            last = last.Then(bytes[at..(at + length)]);
            at += length;
        }
        return new(first, 0, last, last.Memory.Length);
    }
}
